"use strict";
(() => {
  const RANK = { yes: 0, likely: 1, mixed: 2, unlikely: 3, no: 4, unknown: 5 };
  const NUMBERS = new Set([0, 8]), ANSWERS = new Set([4, 5]);
  const order = new Intl.Collator("en", { numeric: true });

  const key = (row, column) => {
    const text = row.cells[column].textContent;
    if (ANSWERS.has(column)) return RANK[text] ?? 9;
    return NUMBERS.has(column) ? (text === "" ? -1 : Number(text)) : text;
  };

  const sort = (table, column, down) => {
    const body = table.tBodies[0];
    const keyed = Array.from(body.rows, (row) => [key(row, column), Number(row.cells[0].textContent), row]);
    const compare = typeof keyed[0]?.[0] === "number" ? (a, b) => a - b : order.compare;
    keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
    body.replaceChildren(); // All at once: moving thousands of rows one by one takes a second.
    body.append(...keyed.map((each) => each[2]));
  };

  const sortable = (table) => {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads[0].setAttribute("aria-sort", "ascending");
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down);
      });
    });
  };

  const filtered = (form) => {
    const table = document.getElementById(form.dataset.for);
    const rows = Array.from(table.tBodies[0].rows);
    const output = form.querySelector("output");
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const find = form.find.value.trim().toLowerCase(), unit = form.unit.value, answer = form.answer.value;
      let hidden = 0;
      rows.forEach((row, at) => {
        const fits = (!find || texts[at].includes(find))
          && (!unit || row.cells[6].className === `on-${unit}`)
          && (!answer || row.cells[4].className === answer);
        if (row.hidden === fits) row.hidden = !fits;
        hidden += !fits;
      });
      const all = rows.length.toLocaleString("en");
      output.value = hidden
        ? `${(rows.length - hidden).toLocaleString("en")} of ${all} shown, ${hidden.toLocaleString("en")} hidden`
        : `all ${all} shown`;
    };
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 60); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();
  };

  const reveal = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || row.tagName !== "TR") return;
    row.hidden = false;
    const folded = row.closest("details");
    if (folded) folded.open = true;
    row.scrollIntoView({ block: "center" });
  };

  const begin = (details) => {
    const form = details.querySelector("form.filter");
    if (!form || !form.hidden) return;
    sortable(details.querySelector("table.rows"));
    filtered(form);
  };
  document.querySelectorAll("details.layers").forEach((details) => {
    if (details.open) begin(details);
    details.addEventListener("toggle", () => details.open && begin(details));
  });
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
