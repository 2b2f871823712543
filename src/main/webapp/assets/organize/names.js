/** Names of people by id, for organizers. */

import { api } from "../api.js";
import { nameOf } from "./people.js";

/** A cache of names: the lists of a group are read again only for an unknown id. */
export class Names {
    #group;
    #signal;
    #known = new Map();

    constructor(group, signal) {
        this.#group = group;
        this.#signal = signal;
    }

    /** @param {Object[]} people with `userId` and `displayName` */
    add(people) {
        people.forEach(({ userId, displayName }) => this.#known.set(userId, displayName));
    }

    /**
     * Reads members, requests and bans, unless all ids are known.
     *
     * @param {?string[]} [ids] without them, the lists are always read
     * @param {() => Promise<Object[]>} [others] reads people who may be in none of the lists
     */
    async find(ids = null, others = async () => []) {
        if (ids?.every((id) => id === null || this.#known.has(id))) {
            return;
        }
        const lists = ["active", "requested", "banned"].map((state) =>
            api.all(`/groups/${this.#group}/members`, { query: { state }, signal: this.#signal, most: 5000 }),
        );
        const found = (await Promise.all([...lists, others()])).flat();
        this.add(found);
        // Whoever is in no list has left Muster; they are not looked for again.
        this.add((ids ?? []).filter((id) => !this.#known.has(id)).map((userId) => ({ userId })));
    }

    /** The name of a person. */
    of = (id) => nameOf({ userId: id, displayName: this.#known.get(id) });
}
