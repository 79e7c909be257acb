// What every page does: it says that scripts run, and speaks one language. The page's own script comes behind.
const shell = (() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFKC").toLowerCase().trim();
  root.classList.add("scripted");

  // Language: spans are shown and hidden by style; what cannot hold spans (options) is written here.
  const speak = (language) => {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-Hans" : "en";
    for (const item of all("[data-en]")) item.textContent = item.dataset[language];
  };
  for (const choice of all("[name=language]")) {
    choice.addEventListener("change", () => speak(choice.value));
  }
  speak((one("[name=language]:checked") || {value: root.dataset.lang}).value);
  return {root, one, all, plain};
})();
