"""What is asked of a page in the browser: scripts that give back what is wrong, as text to be read."""

from __future__ import annotations

#: Text whose contrast with what is behind it is below 4.5 (3 for large text), by the formula of WCAG 2.
CONTRAST = """() => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const rgba = color => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const bright = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
      if (color[3] !== 0) throw new Error('half transparent: ' + at.outerHTML.slice(0, 80));
    }
    return [255, 255, 255, 255];
  };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let looked = 0;
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), node = walk.currentNode.parentElement;
    if (!text || !node.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (['SCRIPT', 'STYLE', 'NOSCRIPT', 'TITLE', 'title'].includes(node.tagName)) continue;
    const style = getComputedStyle(node);
    const color = rgba(node.namespaceURI.includes('svg') ? style.fill : style.color);
    const [a, b] = [bright(color), bright(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    looked += 1;
    if (ratio < (large ? 3 : 4.5)) low.push(ratio.toFixed(2) + ' ' + text.slice(0, 40) + ' ' + node.className);
  }
  if (looked < 100) low.push('only ' + looked + ' texts were looked at');
  return low;
}"""

#: What stands out of the page on a narrow screen, other than what scrolls by itself.
OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && !one.closest('.scroll, .hidden, .skip, svg'))
  .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 || one.getBoundingClientRect().left < -0.5)
  .map(one => one.outerHTML.slice(0, 120))"""

#: Fields, buttons, links, regions without a name that assistive programs could say.
UNNAMED = """() => [...document.querySelectorAll('input, select, button, a[href], [role=group], section, nav, article, summary')]
  .filter(one => one.checkVisibility())
  .filter(one => {
    const by = (one.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)).filter(Boolean);
    const labels = [...(one.labels || [])];
    const own = ['BUTTON', 'A', 'SUMMARY'].includes(one.tagName) ? [one] : [];
    if (['SECTION'].includes(one.tagName) && one.querySelector(':scope > h2, :scope > h3, :scope > h4')) return false;
    return ![...by, ...labels, ...own].some(other => other.textContent.trim());
  })
  .map(one => one.outerHTML.slice(0, 120))"""

#: Headings that skip a level, or a page that has not exactly one of the first.
HEADINGS = """() => {
  const seen = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(one => one.checkVisibility());
  const wrong = seen.filter(one => one.tagName === 'H1').length === 1 ? [] : ['not one h1'];
  seen.reduce((before, one) => {
    const level = Number(one.tagName[1]);
    if (level > before + 1) wrong.push(one.outerHTML.slice(0, 100));
    return level;
  }, 0);
  return wrong;
}"""

#: Headers of tables that do not say what they are for, and tables without headers.
UNSCOPED = """() => [
  ...[...document.querySelectorAll('th:not([scope])')].map(one => one.outerHTML),
  ...[...document.querySelectorAll('table')].filter(one => !one.querySelector('th[scope=col]')).map(one => one.outerHTML.slice(0, 80)),
]"""

#: Names of places that are given twice.
DUPLICATES = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""
