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
document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("#language");
    if (link) {
        const page = window.location.pathname + window.location.search;
        link.href = link.getAttribute("href").split("?")[0] + "?page=" + encodeURIComponent(page);
    }
}, true);
