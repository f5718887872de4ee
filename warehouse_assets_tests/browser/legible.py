"""What a reader of a page in the browser cannot read: texts of charts that overlap or leave the chart, cut texts."""

from __future__ import annotations

from playwright.sync_api import Page

_UNREADABLE = """() => {
    const found = new Set();
    const places = node => {
        const box = node.getBoundingClientRect();
        const turned = /rotate\\((?!0|-?90)/.test(node.getAttribute('transform') || '');
        return {text: node.textContent, box, isSlanted: turned};
    };
    const isShown = node => node.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && node.textContent.trim() !== '';
    const overlap = (one, other) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1
        && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3;
    for (const chart of document.querySelectorAll('.js-plotly-plot')) {
        const frame = chart.getBoundingClientRect();
        const texts = [...chart.querySelectorAll('.xtick text, .ytick text, .xtitle, .ytitle, .legendtext')]
            .filter(isShown).map(places);
        texts.forEach((one, number) => {
            if (one.box.left < frame.left - 1 || one.box.right > frame.right + 1
                || one.box.top < frame.top - 1 || one.box.bottom > frame.bottom + 1)
                found.add(`cut: ${one.text}`);
            for (const other of texts.slice(number + 1))
                if (!(one.isSlanted && other.isSlanted) && overlap(one.box, other.box))
                    found.add(`overlap: ${one.text} / ${other.text}`);
        });
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const box = walker.currentNode.parentElement, style = getComputedStyle(box);
        const hides = [style.overflowX, style.overflowY].some(way => way === 'hidden' || way === 'clip');
        if (hides && isShown(box) && box.clientWidth > 1
            && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 4))
            found.add(`cut: ${box.textContent}`);
        const card = box.closest('.card'), range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const scrolls = box.closest('.scroll, .sideways, .ag-root-wrapper, pre, svg');
        if (card && !scrolls && isShown(box)
            && range.getBoundingClientRect().right > card.getBoundingClientRect().right)
            found.add(`beyond its card: ${box.textContent}`);
    }
    return [...found];
}"""


def unreadable(page: Page) -> list[str]:
    """Each text that is cut or stands on another one."""
    found: list[str] = page.evaluate(_UNREADABLE)
    return found
