-- What V016 and V017 have left out, because requests would have waited for it.
UPDATE user_account SET unsubscribe_token = gen_random_uuid() WHERE unsubscribe_token IS NULL;

ALTER TABLE user_account VALIDATE CONSTRAINT user_account_email_check;
