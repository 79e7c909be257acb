(() => {
  "use strict";
  const {root, one, all, plain} = shell;

  // Periods
  const periods = all(".period");
  const pick = one("#period");
  const filters = one("#filters");
  const shownPeriods = () => periods.filter((period) => !period.hidden);
  const showPeriod = (value) => {
    for (const period of periods) {
      period.hidden = value !== "all" && period.dataset.period !== value;
      period.open = !period.hidden;
      period.classList.toggle("several", value === "all");
    }
    const first = shownPeriods()[0];
    if (!first) return;
    for (const link of all("[data-part]")) link.href = "#" + link.dataset.part + "-" + first.dataset.period;
    if (filters) {
      one(".ranking .lead", first).after(filters);
      filters.hidden = false;
      filter();
    }
  };

  // Search, filter, sort
  const field = (id) => {
    const item = document.getElementById(id);
    return item ? item.value : "";
  };
  const nameOf = (row) => one(".name a, .name .person", row).textContent;
  const orders = {
    best: (a, b) => a.place - b.place,
    worst: (a, b) => number(a, "total", Infinity) - number(b, "total", Infinity) || a.place - b.place,
    name: (a, b) => a.name.localeCompare(b.name, root.lang) || a.place - b.place,
    group: (a, b) => number(a, "group", 0) - number(b, "group", 0) || a.place - b.place,
    lost: (a, b) => number(b, "lost", -1) - number(a, "lost", -1) || a.place - b.place,
  };
  const number = (entry, key, otherwise) =>
    entry.row.dataset[key] === undefined ? otherwise : parseFloat(entry.row.dataset[key]);
  const lists = periods.map((period) => {
    const body = one(".people tbody", period);
    const entries = all("tr", body).map((row, place) => ({row, place, name: nameOf(row)}));
    for (const entry of entries) entry.found = plain(entry.name);
    return {period, body, entries, order: "best"};
  });
  let shownRows = [];
  const filter = () => {
    const words = plain(field("search")).split(/\s+/).filter(Boolean);
    const group = field("group"), grade = field("grade"), order = field("sort") || "best";
    let total = 0;
    shownRows = [];
    for (const list of lists) {
      if (list.period.hidden) continue;
      if (list.order !== order || order === "name") {
        list.entries.sort(orders[order]);
        list.body.append(...list.entries.map((entry) => entry.row));
        list.order = order;
      }
      let here = 0;
      for (const {row, found} of list.entries) {
        const wanted = words.every((word) => found.includes(word)) &&
          (group === "" || row.dataset.group === group) && (grade === "" || row.dataset.grade === grade);
        row.hidden = !wanted;
        if (wanted) { here += 1; shownRows.push(row.dataset.row); }
      }
      one(".nobody", list.period).hidden = here > 0;
      one(".people", list.period).hidden = here === 0;
      total += list.entries.length;
    }
    one("#count").textContent = shownRows.length + " / " + total;
    const print = one("#print-all");
    if (print) print.disabled = !shownRows.some(known);
  };
  if (filters) {
    filters.addEventListener("input", filter);
    filters.addEventListener("submit", (event) => event.preventDefault());
    one("#clear").addEventListener("click", () => { filters.reset(); filter(); one("#search").focus(); });
  }

  // Statements: some stand in the page, the others are packed and unpacked when one of them is wanted.
  const place = one("#statements");
  const packs = new Map();
  for (const pack of all(".pack")) for (const row of pack.dataset.rows.split(" ")) packs.set(row, pack);
  const known = (row) => packs.has(row) || document.getElementById("s" + row) !== null;
  const opened = new Map();
  const unpacked = (pack) => {
    if (!opened.has(pack)) opened.set(pack, unpack(pack));
    return opened.get(pack);
  };
  const unpack = async (pack) => {
    const bytes = Uint8Array.from(atob(pack.textContent.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };
  const statement = async (row) => {
    const there = document.getElementById("s" + row);
    if (there) return there;
    const pack = packs.get(row);
    if (!pack) return null;
    const {pieces, rows} = await unpacked(pack);
    const again = document.getElementById("s" + row);
    if (again) return again;
    const inside = document.createElement("template");
    inside.innerHTML = rows[row].map((piece) => pieces[piece]).join("");
    place.append(inside.content);
    return document.getElementById("s" + row);
  };

  // The address says what is shown: #s12 one statement, anything else the results.
  let current = null, scrolled = 0, turn = 0;
  const neighbour = (step) => {
    const rows = shownRows.includes(current) ? shownRows : lists.flatMap((list) => list.entries.map((entry) => entry.row.dataset.row));
    const readable = rows.filter(known);
    const at = readable.indexOf(current);
    return at < 0 ? undefined : readable[at + step];
  };
  const go = (step) => {
    const next = neighbour(step);
    if (next !== undefined) location.hash = "#s" + next;
  };
  const show = async () => {
    const mine = ++turn;
    const row = (/^#s(\d+)$/.exec(location.hash) || [])[1];
    const [missing, old] = [one("#no-statement"), one("#old-browser")];
    missing.hidden = old.hidden = true;
    if (row === undefined) { leave(); return; }
    if (current === null) scrolled = window.scrollY;
    let article = null;
    try {
      article = await statement(row);
    } catch (error) {
      old.hidden = false;
    }
    if (mine !== turn) return;
    for (const item of all(".st.current")) item.classList.remove("current");
    root.classList.add("one");
    current = row;
    if (article) {
      const details = article.closest("details");
      details.open = true;
      details.classList.add("current");
      one("h2", article).focus({preventScroll: true});
    } else if (old.hidden) {
      missing.hidden = false;
    }
    one("#previous").disabled = neighbour(-1) === undefined;
    one("#next").disabled = neighbour(1) === undefined;
    window.scrollTo({top: 0, behavior: "instant"});
  };
  const leave = () => {
    if (current === null) return;
    const row = current;
    current = null;
    root.classList.remove("one");
    for (const item of all(".st.current")) item.classList.remove("current");
    window.scrollTo({top: scrolled, behavior: "instant"});
    const link = one('.period:not([hidden]) a[href="#s' + row + '"]');
    if (link) link.focus({preventScroll: scrolled > 0});
  };
  window.addEventListener("hashchange", show);
  one("#back").addEventListener("click", (event) => { event.preventDefault(); location.hash = "#main"; });
  one("#previous").addEventListener("click", () => go(-1));
  one("#next").addEventListener("click", () => go(1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current !== null) location.hash = "#main";
  });

  // Print: what stands folded on the screen is unfolded on paper, and folded again afterwards.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    const within = root.classList.contains("all") ? place : one(".st.current");
    unfolded = within ? all("details:not([open])", within) : all("#trend details:not([open])");
    for (const details of unfolded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
    unfolded = [];
    if (root.classList.contains("all")) {
      root.classList.remove("all");
      for (const item of all(".st")) item.hidden = false;
    }
  });
  one("#print").addEventListener("click", () => window.print());
  const printAll = one("#print-all");
  if (printAll) {
    printAll.addEventListener("click", async () => {
      const wanted = shownRows.filter(known);
      try {
        for (const row of wanted) place.append((await statement(row)).closest("details"));
      } catch (error) {
        one("#old-browser").hidden = false;
        return;
      }
      const rows = new Set(wanted);
      for (const item of all(".st")) item.hidden = !rows.has(item.dataset.row);
      root.classList.add("all");
      window.print();
    });
  }

  if (pick) pick.addEventListener("change", () => showPeriod(pick.value));
  if (periods.length) showPeriod(pick ? pick.value : periods[0].dataset.period);
  show();
})();
