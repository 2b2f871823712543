/** Invitation links of a group. */

import { absolute, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { dayIn, here, t, when } from "../i18n.js";
import { server } from "../server.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { list, row } from "../ui/lists.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { unverified } from "../ui/unverified.js";
import { forRole, groupPage } from "./access.js";
import { Names } from "./names.js";

const DAY_MILLIS = 86_400_000;
const DAYS = 14;
const MOST_DAYS = 365;

export const view = forRole("organizer", async ({ group, role, signal }) => {
    const path = `/groups/${group.id}/invitations`;
    const names = new Names(group.id, signal);
    const [{ mail }] = await Promise.all([server(signal), names.find()]);
    const place = h("div", { class: "live-section" });
    const draw = async () =>
        replace(
            place,
            await list({
                load: (cursor) => api.get(path, { query: { cursor }, signal }),
                item: (invitation) => about(invitation, { group, path, name: names.of, draw }),
                none: empty({ image: "mail", title: t("invitations.none"), text: t("invitations.noneText") }),
            }),
        );
    await draw();
    const create = button(t("invitations.new"), {
        kind: "primary",
        icon: "plus",
        onclick: () => invite({ role, path, mail, draw }),
    });
    return groupPage(
        {
            group,
            role,
            tab: "invitations",
            lead: t("invitations.lead"),
            actions: group.state === "active" ? [create] : [],
        },
        place,
    );
});

/** A dialog that creates an invitation, sends it if it has an address, and shows its link. */
const invite = ({ role, path, mail, draw }) =>
    dialog(t("invitations.new"), (close) => {
        const place = h("div", { class: "live-section" });
        const made = form({
            fields: [
                mail &&
                    field({
                        name: "email",
                        label: t("invitations.email"),
                        hint: t("invitations.emailHint"),
                        type: "email",
                        maxlength: 254,
                        autocomplete: "off",
                    }),
                field({
                    name: "max",
                    label: t("invitations.max"),
                    hint: t("invitations.maxHint"),
                    type: "number",
                    value: 1,
                    required: true,
                    min: 1,
                    max: 1000,
                    inputmode: "numeric",
                }),
                field({
                    name: "expiresAt",
                    label: t("invitations.until"),
                    type: "date",
                    value: dayAfter(DAYS),
                    min: dayAfter(1),
                    max: dayAfter(MOST_DAYS),
                    required: true,
                }),
                role === "owner" &&
                    field({
                        name: "role",
                        label: t("invitations.role"),
                        type: "select",
                        value: "member",
                        options: ["member", "organizer"].map((value) => [value, t(`role.${value}`)]),
                    }),
                field({ name: "note", label: t("invitations.note"), hint: t("invitations.noteHint"), maxlength: 500 }),
            ],
            submit: t("invitations.make"),
            async onsubmit({ email, ...typed }) {
                place.querySelector(".banner")?.remove();
                const endOfDay = new Date(`${typed.expiresAt}T23:59:59`);
                const invitation = await api.post(path, {
                    ...typed,
                    ...(email && { email }),
                    expiresAt: endOfDay.toISOString(),
                });
                replace(
                    place,
                    email && h("p", { class: "note" }, t("invitations.sent", { email })),
                    h("p", null, t("invitations.once")),
                    copyable(t("invitations.link"), absolute(withQuery(to("invitations"), { token: invitation.token }))),
                    h(
                        "div",
                        { class: "form-actions" },
                        button(t("invitations.done"), { kind: "primary", onclick: () => close() }),
                    ),
                );
                place.querySelector("input").focus();
                await draw();
            },
            onfailure({ type }) {
                const refused = type === "email-unverified";
                if (refused) {
                    made.before(unverified(session.user.email));
                }
                return refused;
            },
        });
        return [replace(place, made)];
    });

const dayAfter = (days) => dayIn(here(), Date.now() + days * DAY_MILLIS);

const KINDS = { open: "good", spent: null, expired: null, revoked: "bad" };

const about = (invitation, { group, path, name, draw }) =>
    row(
        {
            title: invitation.note || t("invitations.by", { name: name(invitation.createdBy) }),
            about: [
                t("invitations.used", { used: invitation.used, count: invitation.max }),
                invitation.role !== "member" && t("invitations.as", { role: t(`role.${invitation.role}`) }),
                invitation.userId && t("invitations.instead", { name: name(invitation.userId) }),
                t(invitation.state === "open" ? "invitations.open" : "invitations.to", {
                    day: when(invitation.expiresAt, "date"),
                }),
            ]
                .filter(Boolean)
                .join(" · "),
        },
        badge(t(`invitations.${invitation.state}State`), KINDS[invitation.state]),
        invitation.state === "open" &&
            group.state === "active" &&
            h(
                "div",
                { class: "actions" },
                action(t("invitations.revoke"), () => revoke(invitation, path, draw)),
            ),
    );

async function revoke(invitation, path, draw) {
    const question = {
        title: t("invitations.revokeSure"),
        text: t("invitations.revokeText"),
        yes: t("invitations.revoke"),
        no: t("invitations.keep"),
        danger: true,
    };
    if (await confirm(question)) {
        await api.delete(`${path}/${invitation.id}`);
        toast(t("invitations.wasRevoked"));
        await draw();
    }
}
