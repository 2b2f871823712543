package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.InvitationAcceptance;
import org.muster.http.Idempotent;
import org.muster.mail.Mailing;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.users.AccountRequests;
import org.muster.users.NewUser;
import org.muster.users.Operators;
import org.muster.users.Token;
import org.muster.users.User;
import org.muster.users.Users;

/** The transaction of opening an account. Hashing takes long and happens before it. */
@ApplicationScoped
public class Registration {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    Operators operators;

    private InvitationAcceptance invitations;
    private AccountRequests requests;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        invitations = new InvitationAcceptance(sql);
        requests = new AccountRequests(sql);
        users = new Users(sql);
    }

    /**
     * Opens an account, and accepts the invitation with it; {@code location} is the account's address. If mail is sent, neither the
     * response nor the group tells whether the address is taken: its owner gets mail, and the invitation is accepted by whoever signs
     * in.
     */
    @Transactional
    @Idempotent
    public Response open(NewUser wanted, String passwordHash, Optional<Token> invitation, URI location) {
        invitation.ifPresent(invitations::requireUsable);
        var proof = mailing.sends() ? Users.Proof.REQUIRED : Users.Proof.IMPOSSIBLE;
        var user = users.create(wanted.email(), wanted.profile(), Optional.of(passwordHash), proof);
        if (mailing.enabled()) {
            user.map(User::id).ifPresent(requests::addVerification);
        }
        if (mailing.sends()) {
            if (user.isEmpty()) {
                requests.add(AccountRequests.Kind.REGISTRATION, wanted.email());
            }
            return Response.accepted(JSON.createObjectBuilder()
                            .add("email", wanted.email())
                            .build())
                    .build();
        }
        var opened = user.orElseThrow(() ->
                Problem.of(ProblemType.EMAIL_TAKEN, "Sign in with it, or open the account with another address."));
        invitation.ifPresent(token -> invitations.accept(token, opened.id()));
        return Response.created(location)
                .entity(opened.json(operators.include(opened)))
                .build();
    }
}
