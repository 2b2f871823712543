/**
 * Sends mail. Who has something to tell words it with {@link org.muster.mail.Wording} and adds it to the {@link
 * org.muster.mail.Outbox} in its transaction, if {@link org.muster.mail.Mailing} says that mail is configured.
 */
package org.muster.mail;
