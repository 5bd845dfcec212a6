"use strict";
/* The page: a question from the form or the address, what it needs loaded one file after the other, and the answer as
   text. Nothing from data ever becomes markup: every node is made here and filled by textContent. */
(() => {
  const form = document.getElementById("ask");
  const place = document.getElementById("answer");
  const fields = form.elements;
  const MARKS = { yes: "✔", likely: "✓", mixed: "◐", unlikely: "×", no: "✖", unknown: "?" };
  const UNITS = { all: "all compute units", "cpu-and-ne": "CPU and Neural Engine" };
  const BASIS = {
    "same-configuration": "the same configuration on the same target", "near-target": "the same configuration on a near target",
    "near-parameters": "near parameters", claim: "a claim", layer: "the layer as a whole", family: "other layers of its kind", none: "nothing",
  };
  const STATE = {
    unknown: "nothing known", reported: "one witness", corroborated: "independent witnesses agree", verified: "verified by independent witnesses",
    contested: "contested", stale: "old evidence only", withdrawn: "withdrawn",
  };
  const EVIDENCE = 12;
  const TARGET = ["chip", "device", "os", "units", "format"];

  /* ---- loading ---- */
  const loading = new Map();
  const address = (name) => {
    if (name === "cel") return "cel.js";
    const places = anedbAsk.file("places");
    if (places && name in places) return places[name];
    if (name.includes(":")) return `${name.replace(":", "/")}.js`;
    const inside = /^layers\/((?:mlprogram|neuralnetwork)\/.*)\.json$/.exec(name);
    return `${inside ? inside[1] : name.replaceAll("/", "-").replace(/\.(json|toml)$/, "")}.js`;
  };
  const load = (name) => {
    const path = address(name);
    if (!loading.has(path)) {
      loading.set(path, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = `${form.dataset.root}${path.split("/").map(encodeURIComponent).join("/")}?${form.dataset.stamp}`;
        script.onload = done;
        script.onerror = () => { loading.delete(path); script.remove(); failed(new Error(`${path} could not be loaded`)); };
        document.head.append(script);
      }));
    }
    return loading.get(path);
  };
  /* Asks until nothing is missing any more. A file that does not bring what it should is no reason to go on for ever. */
  const answer = async (asked) => {
    await load("core");
    for (let tries = 0; tries < 400; tries++) {
      const found = anedbAsk.answer(asked);
      if (!found.missing) return found;
      await load(found.missing);
    }
    throw new Error("the files of this site do not belong together");
  };
  // Tests and people in a console ask here.
  globalThis.anedbQuery = answer;

  /* ---- the question ---- */
  const lines = (text) => text.split("\n").map((each) => each.trim()).filter((each) => each);
  const question = () => {
    const asked = { layer: fields.layer.value.trim(), params: lines(fields.p.value), inputs: lines(fields.i.value), limit: EVIDENCE };
    for (const name of TARGET) if (fields[name].value.trim()) asked[name] = fields[name].value.trim();
    return asked;
  };
  const write = (asked) => {
    const found = new URLSearchParams();
    found.set("layer", asked.layer);
    for (const each of asked.params) found.append("p", each);
    for (const each of asked.inputs) found.append("i", each);
    for (const name of TARGET) if (asked[name]) found.set(name, asked[name]);
    return `#${found}`;
  };
  const read = () => {
    const found = new URLSearchParams(location.hash.slice(1));
    if (!found.get("layer")) return false;
    fields.layer.value = found.get("layer");
    fields.p.value = found.getAll("p").join("\n");
    fields.i.value = found.getAll("i").join("\n");
    for (const name of ["device", "os"]) fields[name].value = found.get(name) || "";
    for (const name of ["chip", "units", "format"]) choose(fields[name], found.get(name) || "");
    return true;
  };
  /* A link may name what no list has: it is asked all the same, and the answer says that there is none. */
  const choose = (select, value) => {
    if (![...select.options].some((each) => each.value === value)) select.add(new Option(value, value));
    select.value = value;
  };
  const quote = (text) => (/^[A-Za-z0-9_.,:=@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const command = (asked) => {
    const parts = ["anedb", "query", quote(asked.layer)];
    for (const each of asked.params) parts.push("-p", quote(each));
    for (const each of asked.inputs) parts.push("-i", quote(each));
    for (const name of TARGET) if (asked[name]) parts.push(`--${name}`, quote(asked[name]));
    return parts.join(" ");
  };

  /* ---- the answer ---- */
  const visible = (text) => String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (each) => (each === "\n" ? " " : "\ufffd"));
  const node = (name, text, about, ...inside) => {
    const made = document.createElement(name);
    if (text !== null) made.textContent = visible(text);
    for (const [key, value] of Object.entries(about || {})) made.setAttribute(key, value);
    made.append(...inside.filter((each) => each));
    return made;
  };
  const link = (text, url) => (/^https?:\/\//.test(url) ? node("a", text, { href: url, rel: "noreferrer" }) : node("span", text));
  const many = (number, word) => `${number} ${number === 1 ? word : word.endsWith("s") ? `${word}es` : `${word}s`}`;
  const fixed = (number) => number.toFixed(2);
  const chance = (part) => (part.probability === null ? "" : ` ${fixed(part.probability)} (${fixed(part.interval[0])} to ${fixed(part.interval[1])})`);
  const counts = (part) => (part.observations
    ? `; ${many(part.observations, "observation")}, ${many(part.witnesses, "witness")}, ${many(part.sources, "source")}${part.newest ? `, newest ${part.newest}` : ""}` : "");
  const listed = (title, items) => (items.length ? [node("h3", title), node("ul", null, {}, ...items)] : []);
  const item = (text) => node("li", text);
  const where = (target) => {
    const chip = target.chip ? `${target.chip}${target.engine ? ` (${target.engine})` : ""}` : target.engine || "";
    const system = [target.os, target.version].filter((each) => each).join(" ") + (target.build ? ` (${target.build})` : "");
    return [`${chip}${target.device ? ` ${target.device}` : ""}`.trim(), system.trim()].filter((each) => each).join(", ") || "any target";
  };
  const value = (it) => (Array.isArray(it) ? it.map(value).join(",") || "[]" : String(it));
  const layerText = (layer) => [
    ...layer.inputs.map((each) => `${each.name}=${each.dtype}${each.shape === null ? "" : `[${each.shape.join(",")}]`}${each.const ? ":const" : ""}`),
    ...Object.entries(layer.params).map(([name, it]) => `${name}=${value(it)}`),
  ].join("  ") || "any parameters, any operands";
  const half = (name, part) => node("li", null, { class: `g-${part.answer}` },
    node("strong", `${MARKS[part.answer]} ${part.answer}`), node("span", ` ${name}${chance(part)}`),
    node("p", `Rests on ${BASIS[part.basis] || part.basis}; ${STATE[part.state] || part.state}${counts(part)}.`), part.why ? node("p", part.why) : null);
  const engines = (found) => {
    const rows = found.map((each) => node("tr", null, {}, node("th", each.engine, { scope: "row" }), node("td", `${MARKS[each.offered.answer]} ${each.offered.answer}${chance(each.offered)}`),
      node("td", `${MARKS[each.chosen.answer]} ${each.chosen.answer}${chance(each.chosen)}`), node("td", each.chips.join(", "))));
    const head = node("tr", null, {}, ...["Engine", "Offered", "Chosen", "Chips"].map((each) => node("th", each, { scope: "col" })));
    return node("div", null, { class: "scroll", tabindex: "0", role: "region", "aria-label": "Each engine generation" },
      node("table", null, { class: "rows" }, node("caption", "The same question for each engine generation"), node("thead", null, {}, head), node("tbody", null, {}, ...rows)));
  };
  const evidence = (each) => {
    const about = each.kind === "claim" ? each.says : `${each.says} · ${each.layer} · ${where(each.target)}`;
    return node("li", `${each.supports}: ${about} · ${each.method}, ${each.date} · `, {}, link(each.source, each.url));
  };
  const shown = (asked, { verdict, reasons }) => {
    const layer = verdict.layer;
    const parts = [
      node("h2", `${layer.type} (${layer.format}) on ${where(verdict.target)}, ${UNITS[verdict.units] || verdict.units}`),
      node("p", layerText(layer), { class: "quiet" }),
      layer.open.length ? node("p", `Left open: ${layer.open.join(", ")}`, { class: "quiet" }) : null,
      node("ul", null, { class: "two" }, half("offered", verdict.offered), half("chosen", verdict.chosen)),
      ...listed("Why not", reasons.map(item)),
      ...listed("What flips it", verdict.flips.map((each) => item(each.text))),
      verdict.engines.length ? engines(verdict.engines) : null,
      ...listed("What to use instead", verdict.workarounds.map((each) => node("li", `${each.text} [${each.strength}; `, {}, link(each.source, each.url), "]"))),
      ...listed("Says otherwise", verdict.conflicts.map((each) => item(each.text))),
      ...listed(`Evidence (${verdict.evidence.length} of ${verdict.evidence_total})`, verdict.evidence.map(evidence)),
      node("details", null, {}, node("summary", "How the answer arose, step by step"), node("ul", null, {}, ...verdict.steps.map((each) => item(`${each.name}: ${each.found}`)))),
    ];
    return [...parts, ...same(asked)];
  };
  const same = (asked) => [
    node("h3", "The same question as a command"), node("pre", null, { tabindex: "0" }, node("code", command(asked))),
    node("p", null, { class: "quiet" }, node("a", "A link to this question", { href: write(asked) })),
  ];
  const wrong = (asked, error) => {
    const more = error.suggestions.map((each) => `did you mean ${each}?`);
    return [node("div", null, { class: "wrong", role: "alert" }, node("h2", "This cannot be answered"), node("p", error.message), ...more.map((each) => node("p", each)), error.tip ? node("p", error.tip) : null), ...same(asked)];
  };

  let latest = 0;
  const ask = async () => {
    const asked = question(), mine = ++latest;
    place.setAttribute("aria-busy", "true");
    let parts;
    try {
      const found = await answer(asked);
      parts = found.error ? wrong(asked, found.error) : shown(asked, found);
      if (!found.error) hint(found.verdict.layer);
    } catch (error) {
      parts = wrong(asked, { message: error.message, suggestions: [], tip: "The page's files must lie beside it, all of one export." });
    }
    if (mine !== latest) return;
    place.replaceChildren(...parts.filter((each) => each));
    place.setAttribute("aria-busy", "false");
  };
  /* What the layer type that was asked about can be given. */
  const hint = (layer) => {
    const kind = anedbAsk.file(`layers/${layer.format}/${layer.type}.json`);
    if (!kind) return;
    const names = (wanted) => (kind.inputs || []).filter((each) => wanted.includes(each.kind)).map((each) => each.name).join(", ");
    document.getElementById("params-hint").textContent = `${layer.type} has: ${names(["param"]) || "no parameters"}`;
    document.getElementById("inputs-hint").textContent = `${layer.type} has: ${names(["operand", "variadic"]) || "no operands"}`;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const to = write(question());
    if (location.hash === to) ask(); else location.hash = to;
  });
  form.addEventListener("reset", () => { latest++; place.replaceChildren(); history.replaceState(null, "", location.pathname + location.search); fields.layer.focus(); });
  window.addEventListener("hashchange", () => { if (read()) ask(); });
  form.hidden = false;
  // What every question needs comes while people type; the layer's own file when they have named it.
  const ahead = () => { for (const name of ["core", "layers/index.json", "concepts.json", "chips.json", "engines.json"]) load(name).catch(() => {}); };
  ahead();
  if (read()) ask();
})();
