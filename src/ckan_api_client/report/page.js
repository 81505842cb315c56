"use strict";
// Puts the report into the page. All that is foreign goes in as text or as an attribute that is no address; addresses
// are checked. Nothing is loaded, nothing is sent.
(() => {
  const report = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 100;
  const TONES = {
    create: "create", created: "create", adopt: "create", adopted: "create", update: "update", updated: "update",
    delete: "delete", deleted: "delete", purge: "delete", "make private": "delete", revive: "revive", revived: "revive",
    kept: "kept", refused: "refused", skipped: "refused", failed: "failed", unchanged: "unchanged", conflict: "conflict",
  };
  const MEANINGS = {
    kept: "people's values are kept, nothing is written", refused: "not done: the record cannot be taken",
    skipped: "not done: it depends on something else", failed: "not done: the catalog refused or failed",
  };

  // Elements.
  function make(name, options = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (value === undefined || value === null) continue;
      if (key === "class") element.className = value;
      else if (key === "text") element.textContent = value;
      else element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  function draw(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }
  function toned(element, did) {
    element.style.setProperty("--tone", `var(--${TONES[did] || "unchanged"})`);
    return element;
  }
  function link(url, text) {
    if (!/^https?:\/\//i.test(url)) return make("span", { text });
    return make("a", { href: url, rel: "noopener noreferrer", target: "_blank", text });
  }
  function linked(text) {
    return isText(text) && /^https?:\/\/[^\s]+$/i.test(text) ? link(text, text) : text;
  }
  const number = (value) => value.toLocaleString("en");
  const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

  // Values and their differences.
  const isText = (value) => typeof value === "string";
  function written(value) {
    return isText(value) ? value : JSON.stringify(value, null, 1);
  }
  function side(label, value, parts, hidden, taken) {
    const box = make("div", { class: `side${taken ? " taken" : ""}${value !== null && !isText(value) ? " code" : ""}` },
      make("b", { class: "label", text: taken ? `${label} (taken)` : label }));
    if (value === null) box.append(make("i", { text: "absent" }));
    else if (value === "") box.append(make("i", { text: "empty" }));
    else if (!parts) box.append(linked(written(value)));
    else {
      for (const [sign, text] of parts) {
        if (sign === hidden) continue;
        // Of a conflict, what is taken is what comes.
        const comes = taken === undefined ? sign === "+" : taken;
        box.append(sign === "=" ? text : make(comes ? "ins" : "del", { text }));
      }
    }
    return box;
  }
  function whole(label, value, sign) {
    // Something that was not there before, or is not any more.
    const box = make("div", { class: `side ${sign}` }, make("b", { class: "label", text: label }));
    if (isText(value) || typeof value !== "object" || Array.isArray(value)) box.append(value === "" ? make("i", { text: "empty" }) : linked(written(value)));
    else box.append(make("dl", { class: "facts" }, ...Object.entries(value).flatMap(([key, one]) => [make("dt", { text: key }), make("dd", {}, linked(written(one)))])));
    return box;
  }
  function changed(change) {
    if (change.before === null) return whole("Added", change.after, "added");
    if (change.after === null) return whole("Removed", change.before, "removed");
    return sides(["Before", "After"], change.before, change.after);
  }
  function sides(labels, one, other, taken) {
    const parts = one !== null && other !== null && one !== "" && other !== "" ? compareWords(written(one), written(other)) : null;
    return make("div", { class: "sides" },
      side(labels[0], one, parts, "+", taken && taken === labels[0].toLowerCase()),
      side(labels[1], other, parts, "-", taken && taken === labels[1].toLowerCase()));
  }

  // One thing.
  function body(item) {
    const box = make("div", { class: "body" });
    const reason = [item.field, item.reason].filter(Boolean).join(": ");
    if (reason) box.append(toned(make("p", { class: "why", text: reason }), item.did));
    for (const note of item.notes) box.append(toned(make("p", { class: "why", text: note }), "kept"));
    const facts = [];
    if (item.title && item.kind === "dataset") facts.push(["record", item.key]);
    if (item.organization) facts.push(["organization", item.organization]);
    if (item.place) facts.push(["in the source", item.place]);
    facts.push(...item.facts);
    const list = make("dl", { class: "facts" });
    for (const [label, text] of facts) list.append(make("dt", { text: label }), make("dd", { text }));
    if (item.url) list.append(make("dt", { text: "in the catalog" }), make("dd", {}, link(item.url, item.url)));
    if (list.childNodes.length) box.append(list);
    for (const change of item.changes) {
      const because = change.because ? make("small", { text: ` (${change.because})` }) : null;
      const place = resource(item, change);
      box.append(make("section", { class: "change" },
        make("h3", {}, place ? link(place, change.label) : change.label, because), changed(change)));
    }
    if (item.unshown) box.append(make("p", { text: `and ${counted(item.unshown, "more value")}, not in this report` }));
    for (const conflict of item.conflicts) {
      const because = conflict.because ? ` (${conflict.because})` : "";
      box.append(make("section", { class: "change" },
        make("h3", {}, `Conflict: ${conflict.path}`, make("small", { text: `; the ${conflict.taken}'s value is taken${because}` })),
        sides(["Source", "Catalog"], conflict.source, conflict.catalog, conflict.taken)));
    }
    return box;
  }
  function resource(item, change) {
    // Where a resource is in the catalog, if it is there.
    const id = /^resources\.([\w-]+)/.exec(change.path);
    const there = report.kind === "plan" ? change.before : change.after;
    return id && item.url && (there !== null || change.path !== id[0]) ? `${item.url}/resource/${id[1]}` : "";
  }
  function much(item) {
    const told = [];
    if (item.changes.length) told.push(counted(item.changes.length + item.unshown, "value"));
    if (item.conflicts.length) told.push(counted(item.conflicts.length, "conflict"));
    return told.join(", ");
  }
  function row(item) {
    const title = make("span", { class: "name" }, item.title || item.key);
    const below = [item.kind === "dataset" ? "" : item.kind, item.title ? item.key : "", item.organization]
      .filter(Boolean).join(" · ");
    if (below) title.append(make("small", { text: below }));
    const details = make("details", {}, make("summary", {}, make("span", { class: "sign", "aria-hidden": "true" }),
      toned(make("span", { class: "did" }, make("span", { class: "dot", "aria-hidden": "true" }), item.did), item.did),
      title, make("span", { class: "much", text: much(item) })));
    details.addEventListener("toggle", () => { if (details.open) fill(details, item); });
    details.fill = () => fill(details, item);
    if (state.open) { details.fill(); details.open = true; }
    return make("li", {}, details);
  }
  function fill(details, item) {
    if (details.childElementCount === 1) details.append(body(item));
  }

  // The list: what passes the filters, as much as has been scrolled to.
  const state = { did: new Set(), organization: "", words: [], open: false, found: [], shown: 0 };
  const haystack = new Map();
  function text(item) {
    if (!haystack.has(item)) {
      haystack.set(item, [item.title, item.key, item.kind, item.organization, item.url, item.field, item.reason, item.did,
        ...item.changes.flatMap((one) => [one.label, written(one.before ?? ""), written(one.after ?? "")]),
        ...item.conflicts.flatMap((one) => [one.path, written(one.source ?? ""), written(one.catalog ?? "")]),
        ...item.facts.flat()].join("\n").toLowerCase());
    }
    return haystack.get(item);
  }
  function passes(item) {
    const outcome = !state.did.size || state.did.has(item.did) || (state.did.has("conflict") && item.conflicts.length > 0);
    return outcome && (!state.organization || item.organization === state.organization)
      && state.words.every((word) => text(item).includes(word));
  }
  const list = make("ul", { class: "items", "aria-label": "What it is about" });
  const sentinel = make("div", { "aria-hidden": "true" });
  const none = make("div", { class: "none", hidden: "" });
  const shown = make("p", { class: "shown", role: "status" });
  function more(many = PAGE) {
    const next = state.found.slice(state.shown, state.shown + many);
    list.append(...next.map(row));
    state.shown += next.length;
    sentinel.hidden = state.shown >= state.found.length;
  }
  function refresh() {
    state.found = report.items.filter(passes);
    state.shown = 0;
    list.replaceChildren();
    more();
    none.hidden = state.found.length > 0;
    shown.textContent = state.found.length === report.items.length
      ? `all ${number(report.items.length)} shown` : `${number(state.found.length)} of ${number(report.items.length)} shown`;
  }
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) more(); }, { rootMargin: "1200px" })
      .observe(sentinel);
  }

  // The head.
  function theme() {
    const button = make("button", { class: "theme", type: "button" });
    const kinds = ["automatic", "light", "dark"];
    let kept = "automatic";
    try { kept = localStorage.getItem("ckanclient-report-theme") || kept; } catch { /* A file may have no storage. */ }
    const set = (kind) => {
      if (kind === "automatic") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = kind;
      button.textContent = `Theme: ${kind}`;
      kept = kind;
      try { localStorage.setItem("ckanclient-report-theme", kind); } catch { /* As above. */ }
    };
    button.addEventListener("click", () => set(kinds[(kinds.indexOf(kept) + 1) % kinds.length]));
    set(kinds.includes(kept) ? kept : "automatic");
    return button;
  }
  function shownTime(value) {
    const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(\+00:00|Z)$/.exec(value);
    return found ? `${found[1]} ${found[2]} UTC` : value;
  }
  function head() {
    const about = make("dl", { class: "about" });
    for (const [label, value] of report.about) {
      const digest = /^[0-9a-f]{64}$/.test(value);
      about.append(make("div", {}, make("dt", { text: label }),
        make("dd", digest ? { class: "digest", title: value, text: `${value.slice(0, 12)}…` } : { text: shownTime(value) })));
    }
    const kind = report.kind === "plan" ? "Plan: nothing is written yet" : "Run: what was done";
    document.getElementById("head").append(
      make("div", { class: "top" }, make("div", {}, make("p", { class: "kind", text: kind }),
        make("h1", {}, `${report.source} → `, link(report.catalog, report.catalog.replace(/^https?:\/\/|\/$/gi, "")))), theme()), about);
  }
  function banner(title, told, kind) {
    if (!told.length) return null;
    const items = make("ul", { class: "told" }, ...told.map((one) => make("li", { text: one })));
    return make("section", { class: kind, "aria-label": title }, make("h2", { text: title }), items);
  }

  // The summary.
  function tally(values) {
    const found = new Map();
    for (const value of values) if (value) found.set(value, (found.get(value) || 0) + 1);
    return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
  function chart(counts) {
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const told = counts.map(([did, count]) => `${number(count)} ${did}`).join(", ");
    const svg = draw("svg", { class: "bar", viewBox: "0 0 1000 18", preserveAspectRatio: "none", role: "img", "aria-label": told });
    let place = 0;
    for (const [did, count] of counts) {
      const width = Math.max(4, (count / total) * 1000);
      const part = draw("rect", { x: place, y: 0, width, height: 18 }, draw("title", {}, `${number(count)} ${did}`));
      part.style.fill = `var(--${TONES[did] || "unchanged"})`;
      svg.append(part);
      place += width;
    }
    svg.setAttribute("viewBox", `0 0 ${Math.max(place, 1)} 18`);
    return svg;
  }
  function ranks(title, found, kind = "") {
    if (found.length < (kind ? 1 : 2)) return null;
    const most = found[0][1];
    const items = found.slice(0, 8).map(([name, count]) => {
      const bar = draw("rect", { x: 0, y: 0, width: (count / most) * 100, height: 8, rx: 1 });
      bar.style.fill = "var(--update)";
      return make("li", {}, make("span", { title: name, text: name }),
        draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, bar),
        make("span", { class: "number", text: number(count) }));
    });
    if (found.length > 8) items.push(make("li", {}, make("span", { text: `and ${number(found.length - 8)} more` })));
    return make("div", {}, make("h3", { text: title }), make("ul", { class: `ranks ${kind}` }, ...items));
  }
  function chip(did, count, meaning) {
    const button = toned(make("button", { class: "chip", type: "button", "aria-pressed": "false", title: meaning },
      make("span", { class: "dot", "aria-hidden": "true" }), did, make("b", { text: number(count) })), did);
    button.addEventListener("click", () => {
      if (state.did.delete(did)) button.setAttribute("aria-pressed", "false");
      else { state.did.add(did); button.setAttribute("aria-pressed", "true"); }
      refresh();
    });
    return make("li", {}, button);
  }
  function summary() {
    const counts = Object.entries(report.counts);
    const met = report.items.filter((item) => item.conflicts.length).length;
    const box = make("section", { class: "panel", "aria-label": "Summary" }, make("h2", { text: "Summary" }));
    const all = report.unchanged ? [...counts, ["unchanged", report.unchanged]] : counts;
    if (all.length) box.append(chart(all));
    const chips = make("ul", { class: "chips", "aria-label": counts.length ? "Show only" : "Counts" }, ...counts.map(([did, count]) => chip(did, count, MEANINGS[did])));
    if (met) chips.append(chip("conflict", met, "source and catalog both changed a value"));
    if (report.unchanged) {
      chips.append(make("li", { class: "rest" }, toned(make("span", { class: "dot", "aria-hidden": "true" }), "unchanged"),
        "unchanged", make("b", { text: number(report.unchanged) })));
    }
    if (all.length) box.append(chips);
    const fields = tally(report.items.flatMap((item) => item.changes.map((one) => one.path.replace(/^resources\.[^.]+/, "resources"))));
    const columns = [ranks("By kind", tally(report.items.map((item) => item.kind))),
      ranks("By organization", tally(report.items.map((item) => item.organization))),
      ranks("Values by field", fields),
      ranks("Fitted to what CKAN takes", Object.entries(report.adjusted).sort((a, b) => b[1] - a[1]), "whole")].filter(Boolean);
    if (columns.length) box.append(make("div", { class: "columns" }, ...columns));
    return box;
  }

  // The tools.
  function tools() {
    const search = make("input", { type: "search", placeholder: "Search titles, ids, values, reasons", "aria-label": "Search", autocomplete: "off", spellcheck: "false" });
    let waiting = 0;
    const look = () => { clearTimeout(waiting); state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean); refresh(); };
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 120);
    });
    const organizations = tally(report.items.map((item) => item.organization));
    organizations.sort((a, b) => a[0].localeCompare(b[0]));
    const choice = make("select", { "aria-label": "Organization" }, make("option", { value: "", text: "All organizations" }),
      ...organizations.map(([name, count]) => make("option", { value: name, text: `${name} (${number(count)})` })));
    choice.addEventListener("change", () => { state.organization = choice.value; refresh(); });
    const all = make("button", { type: "button", text: "Expand all" });
    all.addEventListener("click", () => {
      state.open = !state.open;
      for (const details of list.querySelectorAll("details")) {
        if (state.open) details.fill();
        details.open = state.open;
      }
      all.textContent = state.open ? "Collapse all" : "Expand all";
    });
    const clear = make("button", { type: "button", text: "Show all" });
    clear.addEventListener("click", () => {
      search.value = choice.value = state.organization = "";
      state.did.clear();
      for (const button of document.querySelectorAll(".chip")) button.setAttribute("aria-pressed", "false");
      look();
      search.focus();
    });
    none.append(make("strong", { text: "Nothing matches" }), make("p", { text: "No change has all of these words and filters." }), clear);
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
      else if (event.key === "Escape" && event.target === search) { search.value = ""; look(); }
      else if ((event.key === "j" || event.key === "k") && !typing) step(event.key === "j" ? 1 : -1);
    });
    return make("div", { class: "tools", role: "search" }, search, organizations.length > 1 ? choice : null, all, shown);
  }
  function step(by) {
    const all = [...list.querySelectorAll("summary")];
    const place = all.indexOf(document.activeElement);
    const next = all[place < 0 ? (by > 0 ? 0 : all.length - 1) : place + by];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
    if (by > 0 && place + by >= all.length - 1) more();
  }

  // Paper shows everything that passes the filters.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    more(state.found.length);
    opened = [...list.querySelectorAll("details:not([open])")];
    for (const details of opened) { details.fill(); details.open = true; }
  });
  window.addEventListener("afterprint", () => { for (const details of opened) details.open = false; });

  head();
  const main = document.getElementById("main");
  main.append(...[banner("Attention", report.warnings, "banner"), summary(), banner("Notes", report.notes, "panel")].filter(Boolean));
  if (report.items.length) {
    main.append(tools(), make("h2", { id: "list", tabindex: "-1", text: report.kind === "plan" ? "What would be done" : "What was done" }), list, none, sentinel);
    refresh();
    // The first search need not wait for it.
    const warm = (from = 0) => { report.items.slice(from, from + 200).forEach(text); if (from < report.items.length) setTimeout(warm, 20, from + 200); };
    setTimeout(warm, 200);
  } else {
    none.hidden = false;
    none.id = "list";
    none.append(make("strong", { text: report.kind === "plan" ? "Nothing to do" : "Nothing was to be done" }),
      report.unchanged ? `${counted(report.unchanged, "dataset")} match the source.` : "");
    main.append(none);
  }
  main.after(make("footer", {}, !report.items.length ? null : make("span", { class: "keys" }, make("kbd", { text: "/" }), " search, ", make("kbd", { text: "j" }), " ", make("kbd", { text: "k" }),
    " next and previous, ", make("kbd", { text: "Enter" }), " open. "), "Made by ckanclient. The page is complete: it loads nothing and sends nothing."));
})();
