"use strict";
/* What the page calls. `have` is called by the files of knowledge, as they are loaded. */
let asker = null; // what it reads first is not there yet
const told = (error) => ({
  type: error.constructor.$__name__,
  message: error.$message,
  suggestions: Array.from(error.$suggestions),
  tip: error.$tip,
});
return {
  have: py.lib.have,
  /* { verdict, reasons }, { error } that its user can mend, or { missing } that must be loaded first. */
  answer(asked) {
    try {
      asker ??= api_answering__open_export(py.lib.file);
      const verdict = api_answering__answer(asker, py.read(asked));
      return { verdict: py.plain(verdict), reasons: Array.from(verdict.$reasons, (each) => api_answering__reason_text(each)) };
    } catch (error) {
      if (error instanceof py.lib.Missing) return { missing: error.file };
      if (py.matches(error, [errors__AnedbError])) return { error: told(error) };
      throw error;
    }
  },
  file: py.lib.plain,
};
