package org.muster.oidc;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.accounts.RegistrationPolicy;
import org.muster.database.Database;
import org.muster.groups.InvitationAcceptance;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.Zone;
import org.muster.oidc.ProviderSignIns.Owner;
import org.muster.oidc.ProviderSignIns.Purpose;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.totp.SecondFactors;
import org.muster.users.AccountTokens;
import org.muster.users.NewUser;
import org.muster.users.SecondFactorCodes;
import org.muster.users.SignIn;
import org.muster.users.Token;
import org.muster.users.User;
import org.muster.users.Users;

/** The transactions of signing in with a provider. The provider is asked between them. */
@ApplicationScoped
public class ProviderAccounts {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ProviderMails mails;

    @Inject
    RegistrationPolicy policy;

    @Inject
    Provider provider;

    @Inject
    SignIn signIn;

    private ProviderSignIns attempts;
    private Identities identities;
    private InvitationAcceptance invitations;
    private AccountTokens recipients;
    private SecondFactors secondFactors;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        attempts = new ProviderSignIns(sql);
        identities = new Identities(sql);
        invitations = new InvitationAcceptance(sql);
        recipients = new AccountTokens(sql);
        secondFactors = new SecondFactors(sql);
        users = new Users(sql);
    }

    /**
     * Begins an attempt. The response has the browser's secret, for its cookie.
     *
     * @param url where the browser signs in
     * @throws Problem 401 if the account that is to be linked has changed
     */
    @Transactional
    @Idempotent
    public Response begin(Attempt attempt, Purpose purpose, URI url) {
        purpose.owner().ifPresent(this::lock);
        return begun(attempt, purpose, url);
    }

    /**
     * Begins an attempt to link an account with a second factor, and spends a code of that.
     *
     * @throws Problem 401 if the account has changed, 422 if the code is wrong
     */
    @Transactional
    @Idempotent
    public Response beginWithCode(Attempt attempt, Purpose purpose, URI url, String code) {
        purpose.owner().ifPresent(this::lock);
        if (secondFactors.spend(purpose.owner().orElseThrow().user(), code).isEmpty()) {
            throw SecondFactorCodes.wrong();
        }
        return begun(attempt, purpose, url);
    }

    private void lock(Owner owner) {
        if (changed(owner)) {
            throw SignIn.changed();
        }
    }

    /** Locks the account; true if it has changed since it was read. */
    private boolean changed(Owner owner) {
        return !users.lock(owner.user(), owner.passwordVersion());
    }

    private Response begun(Attempt attempt, Purpose purpose, URI url) {
        attempts.begin(attempt, purpose);
        return Response.ok(JSON.createObjectBuilder()
                        .add("url", url.toString())
                        .add("browser", attempt.browser().value())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Ends an attempt, which so is good for once, whatever comes of it. */
    @Transactional
    public Optional<Purpose> end(Attempt attempt) {
        return attempts.end(attempt);
    }

    /**
     * Links the person with the account of somebody who is signed in. Does nothing if they are linked already.
     *
     * @return false if the account has changed since the attempt ended
     * @throws Problem 409 if the person is linked with another account
     */
    @Transactional
    public boolean link(Person person, Owner owner) {
        var user = owner.user();
        if (changed(owner)) {
            return false;
        }
        if (identities.link(person, user)) {
            mails.tellLinked(user, provider.require().name());
        } else if (!identities.find(person).equals(Optional.of(user))) {
            throw Problem.of(
                    ProblemType.PROVIDER_LINKED,
                    "Sign in with the provider: that is the account which it is linked with.");
        }
        return true;
    }

    /**
     * Opens a session for the person: of the account that they are linked with, of the one with their address if both sides have
     * verified that, or of a new one.
     *
     * @throws Problem 403 or 409 if there is none, and none can be opened
     */
    @Transactional
    public SignedIn signIn(Person person, Purpose purpose, Optional<Token> invitation) {
        var known = identities.find(person).or(() -> linked(person));
        var user = known.orElseGet(() -> opened(person, purpose, invitation));
        var account = users.account(user).orElseThrow(Users::erased);
        if (account.suspended()) {
            throw SignIn.suspended();
        }
        return new SignedIn(user, known.isEmpty(), signIn.open(account));
    }

    /** Who is signed in, whether their account is new, and the response with the session's token. */
    record SignedIn(UUID user, boolean isNew, Response session) {}

    private Optional<UUID> linked(Person person) {
        var owner = person.email().flatMap(recipients::recipient);
        if (owner.filter(known -> !known.emailVerified()).isPresent()) {
            throw Problem.of(
                    ProblemType.EMAIL_TAKEN,
                    "The account with your address has not verified it. Sign in with its password, then link the provider.");
        }
        owner.ifPresent(known -> users.lock(known.user()));
        // Whoever has the mailbox could else sign in without it.
        if (owner.flatMap(known -> users.account(known.user()))
                .filter(Users.Account::secondFactor)
                .isPresent()) {
            throw Problem.of(
                    ProblemType.SECOND_FACTOR_REQUIRED,
                    "The account with your address has a second factor. Sign in with that, then link the provider.");
        }
        owner.ifPresent(known -> {
            identities.link(person, known.user());
            mails.tellLinked(known.user(), provider.require().name());
        });
        return owner.map(AccountTokens.Recipient::user);
    }

    private UUID opened(Person person, Purpose purpose, Optional<Token> invitation) {
        policy.require(invitation);
        var email = person.email()
                .filter(NewUser::isEmail)
                .orElseThrow(() -> Problem.of(
                        ProblemType.EMAIL_UNVERIFIED,
                        "The provider does not say that your address is verified. Verify it there, or open an account with a"
                                + " password."));
        invitation.ifPresent(invitations::requireUsable);
        var user = users.create(email, profile(person, purpose, email), Optional.empty(), Users.Proof.GIVEN)
                .orElseThrow(() -> Problem.of(ProblemType.EMAIL_TAKEN, "Try again."))
                .id();
        identities.link(person, user);
        invitation.ifPresent(token -> invitations.accept(token, user));
        return user;
    }

    /** What the provider says of a person is as little to be believed as what they say themselves: it keeps the same rules. */
    private static User.Profile profile(Person person, Purpose purpose, String email) {
        var name = person.name()
                .flatMap(given -> JsonInput.displayable(given, 100))
                .or(() -> JsonInput.displayable(email.substring(0, email.indexOf('@')), 100))
                .orElse("?");
        var zone = person.zone().flatMap(Zone::find).or(() -> Zone.find(purpose.zone()));
        return new User.Profile(name, zone.orElse(Zone.UTC));
    }
}
