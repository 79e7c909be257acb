(() => {
  "use strict";
  const {root, one, all, plain} = shell;
  // The list of moves: search, choices, order; so many rows at a time.
  const PAGE = 100;
  const table = one(".moves"), body = one("tbody", table), filters = one("#filters");
  const attributes = all("select.attribute", filters);
  const number = (cell) => {
    const value = parseFloat(cell.textContent.replaceAll(",", "").replace("−", "-"));
    return Number.isNaN(value) ? null : value;
  };
  const entries = all("tr", body).map((row, place) => {
    const at = all(".at", row).map((cell) => cell.textContent);
    const name = one(".name", row).textContent;
    return {
      row, place, name, at,
      found: plain([name, one(".when", row).textContent, ...at].join(" ")),
      change: number(one(".by", row)),
      amounts: all(".amount b", row).map(number),
      grades: row.dataset.grade.split("-").map((one) => one === "x" ? null : Number(one)),
    };
  });
  const valueOf = (id) => {
    const item = document.getElementById(id);
    return item ? item.value : "";
  };
  const graded = (entry, wanted) => {
    const [old, now] = entry.grades;
    if (wanted === "better") return old !== null && now !== null && now < old;
    if (wanted === "worse") return old !== null && now !== null && now > old;
    return wanted === "" || entry.row.dataset.grade === wanted;
  };
  // Those without a value come last, whichever way.
  const by = (value, sign) => (a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return (left === null) - (right === null) || a.place - b.place;
    return sign * (left - right) || a.place - b.place;
  };
  const order = (wanted) => {
    const [way, place] = wanted.split("-");
    if (way === "size") return (a, b) => a.place - b.place;
    if (way === "name") return (a, b) => a.name.localeCompare(b.name, root.lang) || a.place - b.place;
    const value = place === undefined ? (entry) => entry.change : (entry) => entry.amounts[place];
    return by(value, way === "loss" ? 1 : -1);
  };
  let shown = PAGE, found = entries, ordered = "size";
  const draw = () => {
    const kept = new Set(found.slice(0, shown));
    for (const entry of entries) entry.row.hidden = !kept.has(entry);
    one("#count").textContent = kept.size.toLocaleString("en") + " / " + found.length.toLocaleString("en");
    one("#more").hidden = found.length <= shown;
    one("#nobody").hidden = found.length > 0;
    table.hidden = found.length === 0;
  };
  const filter = () => {
    const words = plain(valueOf("search")).split(/\s+/).filter(Boolean);
    const fate = valueOf("fate"), grade = valueOf("grade"), wanted = valueOf("sort");
    const chosen = attributes.filter((select) => select.value !== "")
      .map((select) => [Number(select.dataset.place), select.selectedOptions[0].textContent]);
    if (wanted !== ordered || wanted === "name") {
      entries.sort(order(wanted));
      body.append(...entries.map((entry) => entry.row));
      ordered = wanted;
    }
    found = entries.filter((entry) => words.every((word) => entry.found.includes(word)) &&
      (fate === "" || entry.row.dataset.fate.startsWith(fate)) && graded(entry, grade) &&
      chosen.every(([place, value]) => entry.at[place] === value));
    shown = PAGE;
    draw();
  };
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  one("#clear").addEventListener("click", () => { filters.reset(); filter(); one("#search").focus(); });
  one("#more").addEventListener("click", () => {
    const first = found[shown];
    shown += PAGE;
    draw();
    first.row.tabIndex = -1;
    first.row.focus({preventScroll: true});
  });
  filter();

  // Print: tables that stand folded on the screen are unfolded on paper, and folded again afterwards.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = all("details:not([open])");
    for (const details of unfolded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
    unfolded = [];
  });
})();
