"use strict";
/* What the judge uses of Python's library and of three packages, no more. translate.py refuses an import that is not here. */
py.lib = (() => {
  const lib = {};
  const { b, Tuple, Dict } = py;
  const raise = (name, text) => { throw b[name](text); };

  /* ---- functools, math, itertools, dataclasses, collections ---- */
  const cache = (made) => {
    const kept = new Map();
    const found = (...args) => {
      const at = py.hash(py.tuple(...args));
      if (!kept.has(at)) kept.set(at, made(...args));
      return kept.get(at);
    };
    found.$p = made.$p;
    return found;
  };
  lib.functools = { $cache: cache, $lru_cache: (given) => (typeof given === "function" ? cache(given) : cache) };
  lib.functools.$lru_cache.$p = ["maxsize"];
  lib.math = {
    $prod: (items) => { let total = 1; for (const each of py.iter(items)) total = py.mul(total, each); return total; },
    $sqrt: (x) => (x < 0 ? raise("ValueError", "math domain error") : Math.sqrt(x)),
    $log: (x, base) => (x <= 0 ? raise("ValueError", "math domain error") : base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)),
    $exp: (x) => Math.exp(x),
    $isnan: (x) => Number.isNaN(x),
    $floor: (x) => Math.floor(x),
    $ceil: (x) => Math.ceil(x),
    $inf: Infinity,
  };
  lib.itertools = {
    $pairwise: function* (items) { let last; let first = true; for (const each of py.iter(items)) { if (!first) yield py.tuple(last, each); last = each; first = false; } },
    $chain: function* (...all) { for (const each of all) yield* py.iter(each); },
  };
  lib.dataclasses = { $replace: py.replace };
  lib.collections = {
    $defaultdict: (make) => { const found = new Dict(); Object.defineProperty(found, "$missing", { value: make }); return found; },
  };

  /* ---- re ---- */
  const INSIDE = { w: "\\p{L}\\p{N}_", d: "\\p{Nd}", s: "\\s\\x1c-\\x1f\\x85" };
  const SYNTAX = "^$\\.*+?()[]{}|/-";
  const pattern = (text) => {
    let found = "", inside = false;
    for (let at = 0; at < text.length; at++) {
      const letter = text[at];
      if (letter === "\\") {
        const next = text[++at];
        if (next in INSIDE) found += inside ? INSIDE[next] : `[${INSIDE[next]}]`;
        else if (next === "W" || next === "S" || next === "D") { if (inside) throw new Error(`\\${next} in a class`); found += `[^${INSIDE[next.toLowerCase()]}]`; }
        else if (next === "b") found += "(?:(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_]))";
        else if (/[nrtx]/.test(next)) found += `\\${next}`;
        else if (/[A-Za-z0-9]/.test(next)) throw new Error(`\\${next} in a pattern`);
        else found += SYNTAX.includes(next) && !(next === "-" && !inside) ? `\\${next}` : next;
      } else if (letter === "[" && !inside) { inside = true; found += letter; if (text[at + 1] === "^") found += text[++at]; if (text[at + 1] === "]") { found += "\\]"; at++; } }
      else if (letter === "[") found += "\\[";
      else if (letter === "]") { inside = false; found += letter; }
      else if (letter === "$" && !inside) found += "(?=\\n?$)";
      else if (text.startsWith("(?P<", at)) { found += "(?<"; at += 3; }
      else if (text.startsWith("(?P", at) || text.startsWith("(?(", at)) throw new Error("a pattern JavaScript does not have");
      else found += letter;
    }
    return found;
  };
  class Match {
    constructor(found) { this.found = found; }
    $__getitem__(key) { const value = typeof key === "string" ? this.found.groups[key] : this.found[key]; return value === undefined ? null : value; }
    $group(key) { return this.$__getitem__(key === undefined ? 0 : key); }
    $end() { return this.found.index + this.found[0].length; }
    $start() { return this.found.index; }
    $groups() { return py.tuple(...Array.from(this.found).slice(1).map((each) => (each === undefined ? null : each))); }
  }
  const IGNORECASE = 2;
  const compile = (text, flags) => {
    const source = pattern(text), kind = `u${flags === IGNORECASE ? "i" : ""}`;
    const sticky = new RegExp(source, `${kind}y`), whole = new RegExp(`(?:${source})$(?!\\n)`, `${kind}y`), global = new RegExp(source, `${kind}g`);
    const run = (by, value, from) => { by.lastIndex = from === undefined ? 0 : from; const found = by.exec(value); return found ? new Match(found) : null; };
    return {
      $match: (value, from) => run(sticky, value, from),
      $fullmatch: (value) => run(whole, value, 0),
      $search: (value, from) => run(global, value, from),
      $sub: (by, value) => (/\\/.test(by) ? raise("ValueError", "groups in a replacement") : value.replace(global, () => by)),
      $findall: (value) => Array.from(value.matchAll(global), (found) => (found.length === 1 ? found[0] : found.length === 2 ? (found[1] ?? "") : py.tuple(...Array.from(found).slice(1).map((each) => each ?? "")))),
      $pattern: text,
    };
  };
  lib.re = { $compile: compile, $IGNORECASE: IGNORECASE };

  /* ---- string.Formatter().parse: literal text and name ---- */
  const parse = (text) => Array.from(text.matchAll(/([^{}]*)(?:\{(\w*)\})?/g), (found) => py.tuple(found[1], found[2] ?? null, null, null)).filter((each) => each[0] || each[1] !== null);
  lib.string = { $Formatter: () => ({ $parse: parse }) };

  /* ---- json, hashlib ---- */
  const sorted = (x) => {
    if (x === null || typeof x === "boolean") return JSON.stringify(x);
    if (typeof x === "string") return JSON.stringify(x);
    if (typeof x === "number" && Number.isInteger(x)) return String(x);
    if (Array.isArray(x)) return `[${Array.from(x, sorted).join(",")}]`;
    if (x instanceof Dict) return `{${[...x.pairs()].sort((one, two) => py.order(one[0], two[0])).map(([key, value]) => `${JSON.stringify(key)}:${sorted(value)}`).join(",")}}`;
    return raise("TypeError", "not to be written as JSON");
  };
  const encoder = () => ({ $encode: sorted });
  encoder.$keywords = true;
  lib.json = {
    $loads: (text) => { let found; try { found = JSON.parse(text); } catch (error) { raise("ValueError", String(error)); } return py.read(found); },
    $JSONEncoder: (...given) => {
      const said = given[given.length - 1] instanceof py.Keywords ? given[given.length - 1].values : {};
      if (said.ensure_ascii !== false || said.sort_keys !== true || !py.eq(said.separators, py.tuple(",", ":"))) raise("ValueError", "another JSON than canonical JSON");
      return encoder();
    },
  };
  lib.json.$JSONEncoder.$keywords = true;

  const K = Array.from({ length: 64 }, () => 0), START = Array.from({ length: 8 }, () => 0);
  const primes = [];
  const root = (p, third) => {
    // The first 32 bits of the fraction of a root, by whole numbers: floats have too few digits to be sure.
    const scaled = third ? BigInt(p) << 96n : BigInt(p) << 64n;
    let low = 0n, high = 1n << 40n;
    while (low < high) { const half = (low + high + 1n) >> 1n; if ((third ? half * half * half : half * half) <= scaled) low = half; else high = half - 1n; }
    return Number(low & 0xffffffffn);
  };
  const prepare = () => {
    for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
    primes.forEach((p, at) => { K[at] = root(p, true) | 0; if (at < 8) START[at] = root(p, false) | 0; });
  };
  const sha256 = (bytes) => {
    if (!primes.length) prepare();
    const length = bytes.length, padded = new Uint8Array(((length + 8) >> 6 << 6) + 64);
    padded.set(bytes); padded[length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 0x20000000)); view.setUint32(padded.length - 4, (length << 3) >>> 0);
    const state = START.slice(), w = new Int32Array(64);
    const turn = (x, by) => (x >>> by) | (x << (32 - by));
    for (let from = 0; from < padded.length; from += 64) {
      for (let at = 0; at < 16; at++) w[at] = view.getInt32(from + at * 4);
      for (let at = 16; at < 64; at++) {
        const x = w[at - 15], y = w[at - 2];
        w[at] = (w[at - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[at - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, bb, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[at] + w[at]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & bb) ^ (a & c) ^ (bb & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = bb; bb = a; a = (one + two) | 0;
      }
      [a, bb, c, d, e, f, g, h].forEach((each, at) => { state[at] = (state[at] + each) | 0; });
    }
    return state.map((each) => (each >>> 0).toString(16).padStart(8, "0")).join("");
  };
  lib.hashlib = { $sha256: (bytes) => ({ $hexdigest: () => sha256(bytes) }) };

  /* ---- difflib.get_close_matches: Ratcliff and Obershelp, as Python's SequenceMatcher counts it ---- */
  const matching = (one, two) => {
    const where = new Map();
    two.forEach((each, at) => { if (!where.has(each)) where.set(each, []); where.get(each).push(at); });
    if (two.length >= 200) for (const [each, at] of where) if (at.length > Math.floor(two.length / 100) + 1) where.delete(each);
    let total = 0;
    const left = [[0, one.length, 0, two.length]];
    while (left.length) {
      const [alo, ahi, blo, bhi] = left.pop();
      let besti = alo, bestj = blo, size = 0, lengths = new Map();
      for (let i = alo; i < ahi; i++) {
        const next = new Map();
        for (const j of where.get(one[i]) || []) {
          if (j < blo) continue;
          if (j >= bhi) break;
          const k = (lengths.get(j - 1) || 0) + 1;
          next.set(j, k);
          if (k > size) { besti = i - k + 1; bestj = j - k + 1; size = k; }
        }
        lengths = next;
      }
      while (besti > alo && bestj > blo && one[besti - 1] === two[bestj - 1]) { besti--; bestj--; size++; }
      while (besti + size < ahi && bestj + size < bhi && one[besti + size] === two[bestj + size]) size++;
      if (size) {
        total += size;
        if (alo < besti && blo < bestj) left.push([alo, besti, blo, bestj]);
        if (besti + size < ahi && bestj + size < bhi) left.push([besti + size, ahi, bestj + size, bhi]);
      }
    }
    return total;
  };
  const close = (word, possible, n, cutoff) => {
    const two = Array.from(word), found = [];
    for (const each of py.iter(possible)) {
      const one = Array.from(each), length = one.length + two.length;
      const ratio = length ? (2 * matching(one, two)) / length : 1;
      if (ratio >= cutoff) found.push(py.tuple(ratio, each));
    }
    return found.sort((x, y) => py.order(y, x)).slice(0, n).map((each) => each[1]);
  };
  lib.difflib = { $get_close_matches: py.def(["word", "possibilities", "n", "cutoff"], close) };

  /* ---- rapidfuzz: fuzz.ratio (insertions and deletions), process.extract ---- */
  const ratio = (one, two) => {
    const a = Array.from(one), c = Array.from(two), most = a.length + c.length;
    if (!most) return 100;
    let row = new Array(c.length + 1).fill(0);
    for (const letter of a) {
      const next = [0];
      for (let at = 0; at < c.length; at++) next.push(letter === c[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
      row = next;
    }
    return (1 - (most - 2 * row[c.length]) / most) * 100;
  };
  const extract = (query, choices, scorer, limit, score_cutoff) => choices
    .map((each, at) => py.tuple(each, scorer(query, each), at))
    .filter((each) => each[1] >= score_cutoff)
    .sort((x, y) => y[1] - x[1] || x[2] - y[2])
    .slice(0, limit);
  lib.rapidfuzz = { $fuzz: { $ratio: ratio }, $process: { $extract: py.def(["query", "choices", "scorer", "limit", "score_cutoff"], extract) } };

  /* ---- CEL, by @bufbuild/cel: loaded when a condition first needs it ---- */
  const toCel = (x) => {
    if (typeof x === "number") return Number.isInteger(x) ? BigInt(x) : x;
    if (Array.isArray(x)) return Array.from(x, toCel);
    if (x instanceof Dict) return new Map(Array.from(x.m, ([key, value]) => [key, toCel(value)]));
    return x;
  };
  const compiled = (source) => {
    const cel = globalThis.anedbCel;
    if (!cel) throw new lib.Missing("cel");
    let plan;
    try { plan = cel.plan(cel.celEnv({}), cel.parse(source)); } catch (error) { raise("RuntimeError", String(error)); }
    const evaluate = (data) => {
      const known = Object.fromEntries(Array.from(data.m, ([key, value]) => [key, toCel(value)]));
      let value;
      try { value = plan(known); } catch (error) { value = error; }
      return { $value: () => (typeof value === "boolean" ? value : String(value)) };
    };
    // The types of the features were checked when data/ were.
    return { $eval: py.def(["data"], evaluate), $return_type: () => ({ $name: () => "DYN" }) };
  };
  lib.cel_expr_python = { $cel: { $NewEnv: py.def(["variables"], () => ({ $compile: compiled })), $Type: { $INT: 0, $BOOL: 1, $STRING: 2, $DYN: 3 } } };

  /* ---- files: scripts that are loaded when something in them is first asked for ---- */
  lib.Missing = class Missing extends Error { constructor(name) { super(`not loaded yet: ${name}`); this.file = name; } };
  const files = new Map(), read = new Map();
  lib.have = (name, value) => { files.set(name, value); read.delete(name); };
  lib.file = (name) => {
    if (!read.has(name)) {
      if (!files.has(name)) throw new lib.Missing(name);
      read.set(name, py.read(files.get(name)));
    }
    return read.get(name);
  };
  lib.plain = (name) => (files.has(name) ? files.get(name) : null);
  lib.files = {
    $read_json: lib.file,
    $read_toml: lib.file,
  };
  return lib;
})();
