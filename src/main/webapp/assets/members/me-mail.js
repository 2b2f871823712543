/** What the account is told by mail. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { languages } from "../preferences.js";
import { field, form } from "../ui/forms.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { mailSettings } from "./me-email.js";
import { part } from "./me-part.js";

const KINDS = ["signUps", "activities", "groups", "calendarInvitations", "digest"];
const REMINDERS = ["none", "evening", "morning"];
/** Mail is worded in fewer languages than the page. */
const LANGUAGES = ["en", "fr"];

export const mail = (signal) =>
    part(
        "mail",
        null,
        later(async () => shown(await mailSettings(signal))),
    );

const shown = (settings) =>
    settings.mail === "off"
        ? h("p", { class: "muted" }, t("me.mailOff"))
        : h(
              "div",
              { class: "part-body" },
              settings.mail !== "on" && h("p", { class: "note warn" }, t(`me.mail.${settings.mail}`)),
              choices(settings),
          );

const choices = (settings) =>
    form({
        fields: [
            KINDS.map((name) =>
                field({
                    name,
                    label: t(`mail.${name}`),
                    hint: name === "calendarInvitations" ? t("me.mailCalendarHint") : null,
                    type: "checkbox",
                    value: settings[name],
                }),
            ),
            field({
                name: "reminder",
                label: t("me.mailReminder"),
                type: "select",
                value: settings.reminder,
                options: REMINDERS.map((name) => [name, t(`reminder.${name}`)]),
            }),
            field({
                name: "language",
                label: t("me.mailLanguage"),
                type: "select",
                value: settings.language,
                options: LANGUAGES.map((name) => [name, languages[name]]),
            }),
        ],
        submit: t("ui.save"),
        async onsubmit(wanted) {
            await api.patch("/me/notification-settings", wanted);
            toast(t("ui.saved"));
        },
    });
