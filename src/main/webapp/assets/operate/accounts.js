/** The accounts of this server: search, suspension, links to new passwords, and second factors that are lost. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { face } from "../ui/initial.js";
import { list, row } from "../ui/lists.js";
import { menu } from "../ui/menu.js";
import { page } from "../ui/page.js";
import { search } from "../ui/search.js";
import { empty, failed } from "../ui/states.js";
import { announce, toast } from "../ui/toasts.js";

const PATH = "/operator/accounts";

export async function view({ signal }) {
    const head = { title: t("accounts.title"), back: { href: to("operate"), label: t("operate.title") } };
    if (!session.user.operator) {
        return page(
            head,
            empty({ image: "lock", title: t("operate.forbidden.title"), text: t("operate.forbidden.text") }),
        );
    }
    const found = h("div", { class: "found" });
    let asked = "";
    let turn = 0;
    const show = async () => {
        turn += 1;
        const now = turn;
        try {
            const shown = await list({
                load: (cursor) => api.get(PATH, { query: { query: asked || null, limit: 20, cursor }, signal }),
                item: (account) => entry(account),
                none: empty({ image: "search", title: t("accounts.none") }),
            });
            if (now === turn) {
                replace(found, shown);
            }
        } catch (failure) {
            if (now === turn && failure.name !== "AbortError") {
                replace(found, failed(failure, show));
            }
        }
    };
    // What is searched for may be somebody's address: it does not become part of the view's.
    const find = async (text) => {
        asked = text;
        await show();
        announce(t("accounts.found", { count: found.querySelectorAll("li").length }));
    };
    await show();
    return page(head, search({ label: t("accounts.search"), maxlength: 254, signal, onsearch: find }), found);
}

/** A row that is drawn anew when its account has changed. */
function entry(account) {
    const place = h("div");
    const draw = (changed) => replace(place, about(changed, draw));
    return draw(account);
}

function about(account, draw) {
    const { id, displayName: name, email, createdAt, lastUsedAt } = account;
    const change = async (what, body) => draw(await api.post(`${PATH}/${id}/${what}`, body));
    return row(
        {
            class: "person",
            image: face({ userId: id, displayName: name }),
            title: [name, badges(account)],
            about: [
                email,
                t("accounts.since", { day: when(createdAt, "date") }),
                lastUsedAt === null ? t("accounts.unused") : t("accounts.used", { day: when(lastUsedAt, "date") }),
            ].join(" · "),
        },
        menu(
            t("members.actions", { name }),
            "more",
            () => [
                action(t("accounts.resetLink"), () => makeLink(account), { kind: "plain", icon: "link" }),
                action(t("accounts.history"), () => showHistory(account), { kind: "plain", icon: "clock" }),
                account.secondFactor &&
                    id !== session.user.id &&
                    action(t("accounts.removeFactor"), () => removeSecondFactor(name, change), {
                        kind: "plain",
                        icon: "key",
                    }),
                account.suspendedAt !== null &&
                    action(
                        t("accounts.unsuspend"),
                        async () => {
                            await change("unsuspend");
                            toast(t("accounts.unsuspended", { name }));
                        },
                        { kind: "plain", icon: "check" },
                    ),
                account.suspendedAt === null &&
                    id !== session.user.id &&
                    button(t("accounts.suspend"), { kind: "plain", icon: "lock", onclick: () => suspend(name, change) }),
            ],
        ),
    );
}

const badges = ({ emailVerified, hasPassword, operator, secondFactor, suspendedAt }) => [
    emailVerified ? badge(t("me.emailVerified"), "good") : badge(t("me.emailUnverified"), "warn"),
    suspendedAt !== null && badge(t("accounts.suspended"), "bad"),
    operator && badge(t("accounts.operator")),
    !hasPassword && badge(t("accounts.noPassword")),
    secondFactor && badge(t("accounts.secondFactor"), "good"),
];

async function removeSecondFactor(name, change) {
    const sure = await confirm({
        title: t("accounts.removeFactorSure", { name }),
        text: t("accounts.removeFactorText"),
        yes: t("accounts.removeFactor"),
        danger: true,
    });
    if (sure) {
        await change("remove-second-factor");
        toast(t("accounts.factorRemoved", { name }));
    }
}

const suspend = (name, change) =>
    dialog(t("accounts.suspendSure", { name }), (close) => [
        h("p", null, t("accounts.suspendText")),
        form({
            fields: [field({ name: "reason", label: t("accounts.reason"), hint: t("accounts.reasonHint"), maxlength: 500 })],
            submit: t("accounts.suspend"),
            kind: "danger",
            cancel: button(t("accounts.keep"), { onclick: () => close() }),
            async onsubmit({ reason }) {
                await change("suspend", { reason });
                close();
                toast(t("accounts.wasSuspended", { name }));
            },
        }),
    ]);

/** Shows what operators did to an account, the newest first. */
async function showHistory({ id, displayName: name }) {
    const { actions } = await api.get(`${PATH}/${id}`);
    await dialog(t("accounts.historyOf", { name }), () => [
        actions.length === 0
            ? h("p", { class: "muted" }, t("accounts.historyNone"))
            : h(
                  "ul",
                  { class: "list" },
                  actions.map((one) => h("li", null, done(one))),
              ),
    ]);
}

const done = ({ action: what, actorId, reason, at }) =>
    row({
        title: t(`accounts.action.${what}`),
        about: [when(at, "moment"), t("accounts.actor", { id: actorId }), reason].filter(Boolean).join(" · "),
    });

/** Makes a link to a new password and shows it, once. */
async function makeLink({ id, displayName: name }) {
    const sure = await confirm({
        title: t("accounts.resetSure", { name }),
        text: t("accounts.resetText"),
        yes: t("accounts.resetLink"),
    });
    if (sure) {
        const { url, expiresAt } = await api.post(`${PATH}/${id}/reset-link`);
        await dialog(t("accounts.resetLink"), (close) => [
            h("p", null, t("accounts.resetOnce", { time: when(expiresAt, "moment") })),
            copyable(t("accounts.link", { name }), url),
            h(
                "div",
                { class: "form-actions" },
                button(t("invitations.done"), { kind: "primary", onclick: () => close() }),
            ),
        ]);
    }
}
