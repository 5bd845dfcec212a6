// Filters the table. Without it the table is complete; with it nothing is dropped without being counted.
(function () {
  "use strict";
  var table = document.getElementById("table");
  var form = document.getElementById("filter");
  var count = document.getElementById("count");
  var link = document.getElementById("link");
  var fields = ["q", "format", "category", "answer", "on", "evidence", "fix"];
  var engines = [], rows = [], groups = [], byChip = {}, names = null, asked = false, run = 0, later = 0;
  var SLICE = 7; // milliseconds of work on rows in one frame

  function fold(text) { return text.toLowerCase().replace(/[\s_.\-]+/g, ""); }

  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, at) {
    if (!at) return;
    var id = th.lastElementChild.textContent;
    engines.push(id);
    byChip[fold(id)] = id;
    th.getAttribute("data-chips").split(",").forEach(function (chip) { byChip[fold(chip)] = id; });
  });
  // textContent and className alone: neither asks for layout.
  Array.prototype.forEach.call(table.tBodies, function (body) {
    var group = { row: body.rows[0], name: body.rows[0].textContent, left: 0 };
    groups.push(group);
    for (var tr = body.rows[0].nextElementSibling; tr; tr = tr.nextElementSibling) {
      var marks = [], words = [];
      for (var td = tr.firstElementChild.nextElementSibling; td; td = td.nextElementSibling) {
        marks.push(td.className);
        words.push(td.firstChild.nodeValue.trim());
      }
      rows.push({
        tr: tr, group: group, marks: marks, words: words, shown: true, format: tr.className.charAt(0),
        fix: tr.className.indexOf("w") > 0, text: fold(tr.firstElementChild.firstElementChild.textContent)
      });
    }
  });

  function state() {
    var found = {};
    fields.forEach(function (name) {
      var field = form.elements[name];
      var value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value.trim();
      if (value) found[name] = value;
    });
    return found;
  }

  function matches(row, want, terms, at) {
    if (want.format && row.format !== want.format) return false;
    if (want.category && row.group.name !== want.category) return false;
    if (want.fix && !row.fix) return false;
    if (want.answer || want.evidence) {
      var from = at < 0 ? 0 : at, to = at < 0 ? row.words.length : at + 1, any = false;
      for (var i = from; i < to && !any; i++) {
        any = (!want.answer || row.words[i] === want.answer) &&
          (!want.evidence || row.marks[i].charAt(1) === want.evidence);
      }
      if (!any) return false;
    }
    for (var t = 0; t < terms.length; t++) if (row.text.indexOf(terms[t]) < 0) return false;
    return true;
  }

  function filter(written) {
    var want = state(), at = engines.indexOf(want.on || ""), shown = 0;
    var terms = (want.q || "").split(/\s+/).map(fold).filter(Boolean);
    groups.forEach(function (group) { group.left = 0; });
    rows.forEach(function (row) {
      row.wanted = matches(row, want, terms, at);
      if (row.wanted) { shown++; row.group.left++; }
    });
    count.textContent = shown === rows.length ? rows.length + " layers"
      : shown + " of " + rows.length + " layers; " + (rows.length - shown) + " filtered out";
    table.className = "wide" + (at < 0 ? "" : " on on" + (at + 1));
    apply(++run, 0);
    if (!written) {
      clearTimeout(later);
      later = setTimeout(function () { write(want); }, 150);
    }
  }

  // A table of thousands of rows is laid out anew when rows go: a slice a frame, so that typing never waits.
  function apply(mine, from) {
    if (mine !== run) return;
    var until = performance.now() + SLICE, at = from;
    for (; at < rows.length; at++) {
      var row = rows[at];
      if (row.shown !== row.wanted) {
        row.tr.hidden = !row.wanted;
        row.shown = row.wanted;
        if (performance.now() > until) { at++; break; }
      }
    }
    if (at < rows.length) { requestAnimationFrame(function () { apply(mine, at); }); return; }
    groups.forEach(function (group) { group.row.hidden = !group.left; });
    table.setAttribute("data-done", String(mine));
  }

  function write(want) {
    var text = Object.keys(want).map(function (name) { return name + "=" + encodeURIComponent(want[name]); }).join("&");
    link.href = "#" + text;
    try { history.replaceState(null, "", text ? "#" + text : location.href.split("#")[0]); } catch (no) { /* kept in the link */ }
    Array.prototype.forEach.call(document.querySelectorAll(".switch a"), function (a) {
      a.href = a.getAttribute("href").split("#")[0] + (text ? "#" + text : "");
    });
  }

  function read() {
    var text = location.hash.slice(1), trouble = "";
    if (text.indexOf("=") < 0) return "";
    form.reset();
    text.split("&").forEach(function (pair) {
      var cut = pair.indexOf("="), name = pair.slice(0, cut), value = pair.slice(cut + 1);
      try { value = decodeURIComponent(value.replace(/\+/g, " ")); } catch (no) { /* as it stands */ }
      if (name === "chip" || name === "on") {
        var engine = byChip[fold(value).replace(/^apple/, "")];
        if (engine) form.elements.on.value = engine;
        else trouble = "There is no chip or engine generation “" + value.slice(0, 40) + "” here: ";
      } else if (name === "fix") form.elements.fix.checked = value === "1";
      else if (fields.indexOf(name) >= 0) {
        form.elements[name].value = value;
        if (form.elements[name].value !== value) {
          form.elements[name].value = "";
          trouble = "The link asks for " + name + " “" + value.slice(0, 40) + "”, which there is none of: ";
        }
      }
    });
    return trouble;
  }

  function load() {
    if (asked) return;
    asked = true;
    var script = document.createElement("script");
    script.src = form.getAttribute("data-names");
    document.head.appendChild(script);
  }
  window.anedbNames = function (found) {
    names = found;
    rows.forEach(function (row, at) { row.text += " " + fold(names[at] || ""); });
    filter(true);
  };

  var more = form.querySelector("details");
  var trouble = read();
  if (form.elements.q.value) load();
  if (Object.keys(state()).some(function (name) { return name !== "q"; })) more.open = true;
  if (trouble || location.hash.indexOf("=") > 0) filter(true);
  if (trouble) count.textContent = trouble + count.textContent;
  write(state());
  form.addEventListener("input", function () { load(); filter(); });
  form.addEventListener("focusin", load);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { filter(); form.elements.q.focus(); }); });
  window.addEventListener("hashchange", function () {
    if (location.hash.indexOf("=") > 0) {
      var wrong = read();
      if (form.elements.q.value) load();
      filter(true);
      if (wrong) count.textContent = wrong + count.textContent;
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
})();
