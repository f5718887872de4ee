// Charts fit the paper while the page is printed.
function resizeCharts(size, letters) {
    document.querySelectorAll(".js-plotly-plot").forEach(function (place) {
        window.Plotly.relayout(place, size);
        if (place.data.some(function (trace) { return trace.type === "heatmap"; })) {
            window.Plotly.restyle(place, { "textfont.size": letters });
        }
    });
}
window.addEventListener("beforeprint", function () { resizeCharts({ autosize: false, width: 620 }, 7); });
window.addEventListener("afterprint", function () { resizeCharts({ autosize: true, width: null }, 12); });
