/** Members of a group; for organizers also requests and bans, with actions. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t, when } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { confirm } from "../ui/dialogs.js";
import { tableButton } from "../ui/download.js";
import { menu } from "../ui/menu.js";
import { section } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { forRole, groupPage, isAtLeast } from "./access.js";
import { liveSection, nameOf, person, rows } from "./people.js";

export const view = forRole("member", async ({ group, role, signal }) => {
    const organizes = isAtLeast(role, "organizer");
    const path = `/groups/${group.id}/members`;
    const list = (state) => api.all(path, { query: { state }, signal, most: 5000 });
    const { element, redraw } = await liveSection({
        group: group.id,
        signal,
        concerns: ({ kind }) => kind === "member",
        async make() {
            const [requested, active, banned] = await Promise.all([
                organizes ? list("requested") : [],
                list("active"),
                organizes ? list("banned") : [],
            ]);
            return draw({ group, role, path, requested, active, banned, redraw: () => redraw() });
        },
    });
    return groupPage(
        {
            group,
            role,
            tab: "members",
            actions: organizes
                ? [
                      tableButton(path, `${group.slug}-members.csv`, signal),
                      group.state === "active" &&
                          button(t("members.invite"), { icon: "mail", href: to("groups", group.id, "invitations") }),
                  ].filter(Boolean)
                : [],
        },
        element,
    );
});

const ROLES = ["owner", "organizer", "member"];

function draw({ group, role, path, requested, active, banned, redraw }) {
    const may = (member) =>
        group.state === "active" &&
        member.userId !== session.user.id &&
        (role === "owner" || (role === "organizer" && member.role === "member"));
    const change = (member, patch, said) => async () => {
        await api.patch(`${path}/${member.userId}`, patch);
        toast(t(said, { name: nameOf(member) }));
        await redraw();
    };
    const remove = (member, said) => async () => {
        await api.delete(`${path}/${member.userId}`);
        toast(t(said, { name: nameOf(member) }));
        await redraw();
    };
    const asked = (about, run) => async () => {
        if (await confirm({ ...about, danger: true })) {
            await run();
        }
    };

    const request = (member) =>
        person(
            member,
            { about: t("members.asked", { day: when(member.since, "date") }) },
            may(member) &&
                h(
                    "div",
                    { class: "actions" },
                    action(t("members.approve"), change(member, { state: "active" }, "members.approved"), {
                        kind: "primary",
                    }),
                    action(t("members.refuse"), remove(member, "members.refused")),
                ),
        );
    const roleItems = (member) =>
        role === "owner"
            ? ROLES.filter((name) => name !== member.role).map((name) =>
                  action(t(`members.make.${name}`), change(member, { role: name }, `members.made.${name}`), {
                      kind: "plain",
                      icon: "key",
                  }),
              )
            : [];
    const belonging = (member) =>
        person(
            member,
            {
                about: t("members.since", { day: when(member.since, "date") }),
                badge:
                    member.role !== "member" &&
                    badge(t(`role.${member.role}`)),
            },
            may(member) &&
                menu(
                    t("members.actions", { name: member.displayName }),
                    "more",
                    () => [
                        roleItems(member),
                        action(
                            t("members.remove"),
                            asked(
                                {
                                    title: t("members.removeSure", { name: member.displayName }),
                                    text: t("members.removeText"),
                                    yes: t("members.remove"),
                                    no: t("members.keep"),
                                },
                                remove(member, "members.removed"),
                            ),
                            { kind: "plain", icon: "close" },
                        ),
                        action(
                            t("members.ban"),
                            asked(
                                {
                                    title: t("members.banSure", { name: member.displayName }),
                                    text: t("members.banText"),
                                    yes: t("members.ban"),
                                    no: t("members.keep"),
                                },
                                change(member, { state: "banned" }, "members.wasBanned"),
                            ),
                            { kind: "plain", icon: "lock" },
                        ),
                    ],
                ),
        );
    const outcast = (member) =>
        person(
            member,
            {},
            may(member) &&
                h("div", { class: "actions" }, action(t("members.unban"), remove(member, "members.unbanned"))),
        );

    return [
        requested.length > 0 &&
            section({ title: t("members.requests", { count: requested.length }) }, rows(requested, request)),
        section({ title: t("members.active", { count: active.length }) }, rows(byRole(active), belonging)),
        banned.length > 0 && section({ title: t("members.banned", { count: banned.length }) }, rows(banned, outcast)),
    ];
}

const byRole = (members) =>
    [...members].sort(
        (one, other) =>
            ROLES.indexOf(one.role) - ROLES.indexOf(other.role) || one.displayName.localeCompare(other.displayName),
    );
