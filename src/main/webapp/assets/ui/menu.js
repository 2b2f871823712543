import { h, replace, unique } from "../dom.js";
import { iconButton } from "./buttons.js";

/**
 * A button that opens a menu below it, or above it where there is no room.
 *
 * @param {() => Node[]} items makes the links and buttons when the menu is opened: a long list has one in each row
 */
export function menu(label, image, items) {
    const id = unique("menu");
    const opener = iconButton(label, image, {
        popovertarget: id,
        onclick: (event) => opener.ariaBusy === "true" && event.preventDefault(),
    });
    const opened = h("div", { id, popover: "auto", class: "menu", role: "group", "aria-label": label });
    opened.addEventListener("beforetoggle", ({ newState }) => newState === "open" && replace(opened, items()));
    opened.addEventListener("toggle", () => {
        if (opened.matches(":popover-open")) {
            const below = opener.getBoundingClientRect();
            const room = innerHeight - below.bottom - 4 >= opened.offsetHeight;
            opened.style.top = `${room ? below.bottom + 4 : Math.max(8, below.top - 4 - opened.offsetHeight)}px`;
            opened.style.left = `${Math.max(8, Math.min(below.right - opened.offsetWidth, innerWidth - opened.offsetWidth - 8))}px`;
        }
    });
    // In the capture phase: a dialog returns the focus to its opener, which must still be visible.
    opened.addEventListener("click", (event) => event.target.closest("a, button") && opened.hidePopover(), {
        capture: true,
    });
    return h("div", { class: "menu-place" }, opener, opened);
}
