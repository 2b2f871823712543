/** Organizers' actions: sign someone up, change guests, remove, give a seat. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { menu } from "../ui/menu.js";
import { toast } from "../ui/toasts.js";
import { nameOf } from "./people.js";

/** The menu beside a sign-up. */
export const rowTools = ({ activity, path, signUp, redraw }) =>
    menu(
        t("queue.actions", { name: signUp.displayName }),
        "more",
        () => [
            activity.guestsAllowed > 0 &&
                action(t("queue.changeGuests"), () => changeGuests({ activity, path, signUp, redraw }), {
                    kind: "plain",
                    icon: "group",
                }),
            action(t("queue.takeOff"), () => takeOff({ path, signUp, redraw }), { kind: "plain", icon: "close" }),
            signUp.userId !== session.user.id &&
                action(t("members.ban"), () => ban({ activity, signUp, redraw }), { kind: "plain", icon: "lock" }),
        ],
    );

/** Members or not, they are kept out of the group and all its activities. */
async function ban({ activity, signUp, redraw }) {
    const name = nameOf(signUp);
    const sure = await confirm({
        title: t("members.banSure", { name }),
        text: t("members.banText"),
        yes: t("members.ban"),
        no: t("members.keep"),
        danger: true,
    });
    if (sure) {
        await api.patch(`/groups/${activity.groupId}/members/${signUp.userId}`, { state: "banned" });
        toast(t("members.wasBanned", { name }));
        await redraw();
    }
}

/** A dialog with a form: `run` gets the input, and a toast says that it is done. */
async function asked({ title, text, fields, submit, cancel = t("ui.cancel"), kind, run, said }) {
    const done = await dialog(title, (close) => [
        text && h("p", null, text),
        form({
            fields,
            submit,
            kind,
            cancel: button(cancel, { onclick: () => close(false) }),
            async onsubmit(typed) {
                close(await run(typed));
            },
        }),
    ]);
    if (done) {
        toast(said(done));
    }
    return done;
}

const reasonField = (props) => field({ name: "reason", label: t("queue.reason"), maxlength: 500, ...props });

const guestsField = (activity, value) =>
    field({
        name: "guests",
        label: t("queue.guestsLabel"),
        type: "number",
        value,
        required: true,
        min: 0,
        max: activity.guestsAllowed,
        inputmode: "numeric",
    });

/** Gives a person on the waiting list a seat out of turn. */
export async function promote({ path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.promoteSure", { name }),
        text: t("queue.promoteText"),
        fields: [reasonField({ hint: t("queue.promoteHint"), required: true })],
        submit: t("queue.promote"),
        run: ({ reason }) => api.post(`${path}/signups/${signUp.userId}/promote`, { reason }),
        said: () => t("queue.promoted", { name }),
    });
    return done && redraw();
}

async function takeOff({ path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.takeOffSure", { name }),
        text: t("queue.takeOffText"),
        fields: [reasonField({ hint: t("queue.takeOffHint", { name }) })],
        submit: t("queue.takeOff"),
        cancel: t("members.keep"),
        kind: "danger",
        async run({ reason }) {
            await api.delete(`${path}/signups/${signUp.userId}`, { query: { reason: reason || null } });
            return true;
        },
        said: () => t("queue.takenOff", { name }),
    });
    return done && redraw();
}

async function changeGuests({ activity, path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.guestsOf", { name }),
        fields: [guestsField(activity, signUp.guests)],
        submit: t("ui.save"),
        run: ({ guests }) => api.patch(`${path}/signups/${signUp.userId}`, { guests }),
        said: (answer) => t(`queue.now.${answer.state}`, { name, place: answer.position }),
    });
    return done && redraw();
}

export async function signUpSomebody({ group, activity, path, redraw }) {
    const [members, signUps] = await Promise.all([
        api.all(`/groups/${group.id}/members`, { most: 5000 }),
        api.all(`${path}/signups`, { most: 5000 }),
    ]);
    const there = new Set(signUps.map((signUp) => signUp.userId));
    const others = members
        .filter((member) => !there.has(member.userId))
        .sort((one, other) => one.displayName.localeCompare(other.displayName));
    if (others.length === 0) {
        toast(t("queue.everybody"));
        return;
    }
    const done = await asked({
        title: t("queue.signUp"),
        fields: [
            field({
                name: "user",
                label: t("queue.who"),
                type: "select",
                value: others[0].userId,
                options: others.map((member) => [member.userId, nameOf(member)]),
            }),
            activity.guestsAllowed > 0 && guestsField(activity, 0),
        ],
        submit: t("queue.signUpDo"),
        run: ({ user, guests = 0 }) => api.put(`${path}/signups/${user}`, { guests }),
        said: (answer) =>
            t(`queue.now.${answer.state}`, {
                name: nameOf(others.find((member) => member.userId === answer.userId)),
                place: answer.position,
            }),
    });
    if (done) {
        await redraw();
    }
}
