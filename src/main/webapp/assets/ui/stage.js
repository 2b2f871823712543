/** What people can reach: the dialog that is open, or the page. What is outside an open dialog cannot be read, selected or pressed. */
export const stage = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
