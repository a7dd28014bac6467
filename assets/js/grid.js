/* The cells of Explore's grid, and how the keyboard moves in and out of it. */
(function () {
    "use strict";
    const draw = (...all) => window.React.createElement(...all);
    const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
    const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

    components.PivotHead = ({ data }) =>
        draw("span", { className: data.isAll ? "explore-head is-all" : "explore-head" }, data.name,
            data.sub ? draw("span", { className: "sub muted" }, " " + data.sub) : null);

    components.PivotCell = ({ data, colDef, context }) => {
        const cell = data["x" + colDef.field.slice(1)] || {};
        if (cell.kind === "apart" || cell.kind === "withheld") {
            const words = document.querySelector(".explore-words")?.dataset || {};
            return draw("span", { className: "explore-" + cell.kind, title: cell.why }, words[cell.kind]);
        }
        if (!cell.text) return draw("span", { className: "none" }, "–");
        const shown = cell.status
            ? draw("span", { className: "status status-" + cell.status, title: cell.why }, cell.text)
            : cell.text;
        // A link is reached by the arrows and opened by Enter, so that Tab does not stop at each.
        if (!cell.href) return draw("span", { title: cell.why }, shown);
        return draw("a", { href: window.medtown.kept(cell.href), className: "value", tabIndex: -1 }, shown);
    };

    functions.medtownLeave = () => false;
    functions.medtownOpen = (params) => {
        if (params.event.key !== "Enter") return;
        params.event.target.querySelector?.("a[href]")?.click();
    };

    // The plain table stands there first; where the grid is drawn, it becomes its closed twin. On a
    // phone the names leave room for the values.
    const PHONE = 640;
    new MutationObserver(() => {
        const grid = document.querySelector(".explore-grid");
        if (!grid?.querySelector(".ag-row, .ag-overlay-no-rows-wrapper")) return;
        if (!grid.isDrawn && grid.clientWidth < PHONE) {
            const api = window.dash_ag_grid?.getApi("explore-grid");
            api?.applyColumnState({ state: [{ colId: "name", width: Math.round(grid.clientWidth * 0.42) }] });
        }
        grid.isDrawn = true;
        const twin = document.querySelector("#react-entry-point .explore-twin");
        if (!twin || twin.isTwin) return;
        twin.isTwin = true;
        twin.open = false;
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
