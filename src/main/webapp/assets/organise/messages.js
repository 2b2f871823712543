/** What the organisers' views say. */

export const messages = {
    en: {
        "tools.newActivity": "New activity",
        "tools.edit": "Edit",
    },
    fr: {
        "tools.newActivity": "Nouvelle activité",
        "tools.edit": "Modifier",
    },
};
