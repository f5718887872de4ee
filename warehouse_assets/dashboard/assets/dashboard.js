// The page's address holds the filters: a choice changes the address, and the address decides the page.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.warehouse = {
    filter: function (values, search) {
        const dash = window.dash_clientside;
        const query = new URLSearchParams(search || "");
        const inputs = dash.callback_context.inputs_list[0] || [];
        inputs.forEach(function (input) {
            const name = input.id.filter;
            const chosen = [].concat(input.value === null || input.value === undefined ? [] : input.value);
            query.delete(name);
            chosen.filter(function (value) {
                return value !== "" && value !== input.id.default;
            }).forEach(function (value) {
                query.append(name, value);
            });
        });
        const text = query.toString();
        const next = text ? "?" + text : "";
        return next === (search || "") ? dash.no_update : next;
    },
    drill: function (clicks, search) {
        const dash = window.dash_clientside;
        const inputs = dash.callback_context.inputs_list[0] || [];
        const query = new URLSearchParams(search || "");
        let found = false;
        inputs.forEach(function (input) {
            const point = input.value && input.value.points && input.value.points[0];
            if (point && point.customdata) {
                query.set(input.id.drill, point.customdata);
                found = true;
            }
        });
        return found ? "?" + query.toString() : dash.no_update;
    },
};

// Cells are shown as the server wrote them, and sorted by their numbers.
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridFunctions.shown = function (params, name) {
    return params.data ? params.data[name + "_shown"] : "";
};
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.pageLink = function (props) {
    const href = props.data[props.colDef.field + "_link"];
    return window.React.createElement("a", { href: href }, props.value);
};
document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("#language");
    if (link) {
        const page = window.location.pathname + window.location.search;
        link.href = link.getAttribute("href").split("?")[0] + "?page=" + encodeURIComponent(page);
    }
}, true);

// The picture of a chart, as the browser draws it, on white paper whatever the page's colours.
// Who asks for it while the chart is still being drawn waits for the chart.
function takePicture(button, patience) {
    const drawn = button.closest(".card").querySelector(".js-plotly-plot");
    if (!drawn || !drawn.querySelector(".main-svg") || !window.Plotly) {
        if (patience > 0) { setTimeout(takePicture, 250, button, patience - 1); }
        return;
    }
    const title = { text: button.dataset.title, x: 0.01, font: { size: 18 } };
    const layout = Object.assign({}, drawn.layout, { paper_bgcolor: "#fff", plot_bgcolor: "#fff", title: title });
    layout.margin = Object.assign({}, layout.margin, { t: 90 });
    layout.font = Object.assign({}, layout.font, { family: "sans-serif", color: "#17222c" });
    const size = { format: "png", width: 1200, height: Math.max(480, drawn.clientHeight + 90), scale: 2 };
    window.Plotly.toImage({ data: drawn.data, layout: layout }, size).then(function (picture) {
        const link = document.createElement("a");
        link.href = picture;
        link.download = button.dataset.file + ".png";
        link.click();
    });
}
document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest(".png");
    if (button) { takePicture(button, 120); }
});

// The browser's own dialog prints the page or saves it as PDF, once all charts are drawn.
function printPage(patience) {
    const missing = Array.from(document.querySelectorAll(".dash-graph")).some(function (place) {
        return !place.querySelector(".main-svg");
    });
    if (missing && patience > 0) { setTimeout(printPage, 250, patience - 1); } else { window.print(); }
}
document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest(".pdf")) { printPage(120); }
});

// A definition closes when the reader goes on: by a click elsewhere, or Escape.
function closeDefinitions(except) {
    document.querySelectorAll("details.info[open]").forEach(function (one) {
        if (one !== except) { one.open = false; }
    });
}
document.addEventListener("click", function (event) {
    closeDefinitions(event.target.closest && event.target.closest("details.info"));
});
document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { closeDefinitions(null); }
});

// The menu of a phone is one line: it shows the current page in its middle.
function showCurrentPage() {
    const current = document.querySelector("#menu .current");
    if (!current) { return; }
    const line = current.closest("nav"), place = current.getBoundingClientRect();
    line.scrollLeft += place.left + place.width / 2 - line.getBoundingClientRect().left - line.clientWidth / 2;
}
new MutationObserver(function (changes, waiting) {
    const menu = document.getElementById("menu");
    if (menu) {
        waiting.disconnect();
        new MutationObserver(showCurrentPage).observe(menu, { childList: true, subtree: true, attributes: true });
        showCurrentPage();
    }
}).observe(document.documentElement, { childList: true, subtree: true });
