package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.ConsistentReads;
import org.muster.http.CsvTable;
import org.muster.http.DownloadFile;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.json.EnumNames;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Move.Cause;
import org.muster.queue.Queue;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** Joins and leaves groups; approves, changes, bans and removes members. */
@Path("groups/{group}/members")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MembersResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ConcurrencyLimits limits;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Audit audit;
    private Groups groups;
    private Invitations invitations;
    private Members members;
    private Notifications notifications;
    private Queue queue;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
        invitations = new Invitations(sql);
        members = new Members(sql);
        notifications = new Notifications(sql);
        queue = new Queue(sql);
    }

    /** Members see active members. Organizers also see requests to join and banned people. */
    @GET
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID id,
            @QueryParam("state") String state,
            @QueryParam("role") String role,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = PageRequest.of(limit, cursor);
        var wanted = QueryParameters.choice("state", state, MemberState.class).orElse(MemberState.ACTIVE);
        var ofRole = QueryParameters.choice("role", role, Role.class);
        listing(id, wanted);
        var found = members.list(id, wanted, ofRole, page.after(UUID::fromString), page.fetchSize());
        return page.response(found, Member::json, member -> member.user().toString(), uri);
    }

    /** All of the same list, as a table. */
    @GET
    @Produces(CsvTable.MEDIA_TYPE)
    @DeferredAuthentication
    @Transactional
    public Response table(
            @PathParam("group") UUID id,
            @QueryParam("state") String state,
            @QueryParam("role") String role,
            @Context HttpServletRequest request) {
        var wanted = QueryParameters.choice("state", state, MemberState.class).orElse(MemberState.ACTIVE);
        var ofRole = QueryParameters.choice("role", role, Role.class);
        var group = listing(id, wanted).group();
        DownloadFile.takePlace(limits, request, Caller.required(security).user());
        return CsvTable.response(
                request,
                group.settings().slug() + "-members.csv",
                Member.COLUMNS,
                rows -> members.each(id, wanted, ofRole, member -> rows.accept(member.json())));
    }

    /** Requires a caller who may list the memberships in this state. */
    private GroupAccess listing(UUID id, MemberState state) {
        var access = groups.access(id, Requester.of(security)).requireMember();
        if (state != MemberState.ACTIVE && !access.organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners may list requests and bans.");
        }
        return access;
    }

    /** The caller's membership; 404 if there is none. */
    @GET
    @Path("me")
    @DeferredAuthentication
    public JsonObject me(@PathParam("group") UUID id) {
        var own = members.own(id, Requester.required(security));
        var access = own.access();
        if (access.state().filter(state -> state != MemberState.BANNED).isEmpty()) {
            access.requireVisible();
        }
        return own.member().orElseThrow(() -> Problem.notFound("membership")).json();
    }

    /**
     * Joins, or requests to join, as the group's policy says. Returns 201, or 200 if the caller had a membership or a
     * request.
     */
    @PUT
    @Path("me")
    @Transactional
    public Response join(@PathParam("group") UUID id, @Context HttpServletRequest client) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.MEMBERSHIPS, caller.user(), client);
        var access = locked(id, caller);
        if (access.banned()) {
            access.requireVisible();
            throw banned();
        }
        if (access.state().isPresent()) {
            return Response.ok(member(id, caller.user())).build();
        }
        access.requireVisible().requireActive();
        var state = switch (access.group().settings().joinPolicy()) {
            case OPEN -> MemberState.ACTIVE;
            case REQUEST -> MemberState.REQUESTED;
            case INVITE -> throw Problem.of(ProblemType.FORBIDDEN, "This group takes members by invitation only.");
        };
        members.add(id, caller.user(), state);
        if (state == MemberState.REQUESTED) {
            notifications.sendToOrganizers(id, "member.requested");
        }
        audit(id, caller, state == MemberState.ACTIVE ? "member.joined" : "member.requested", caller.user());
        return Response.status(Response.Status.CREATED)
                .entity(member(id, caller.user()))
                .build();
    }

    /** Leaves the group, or withdraws the request to join. */
    @DELETE
    @Path("me")
    @Transactional
    public void leave(@PathParam("group") UUID id, @Context HttpServletRequest client) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.MEMBERSHIPS, caller.user(), client);
        var access = locked(id, caller);
        if (access.state().isEmpty()) {
            access.requireVisible();
            return;
        }
        if (access.banned()) {
            access.requireVisible();
            throw banned();
        }
        requireAnotherOwner(id, access, caller.user(), access.role());
        members.remove(id, caller.user());
        revokeInvitations(id, caller, caller.user(), Optional.empty());
        queue.cancelAll(id, caller.user(), caller.user(), Cause.LEFT_GROUP);
        audit(id, caller, "member.left", caller.user());
    }

    /**
     * Approves, bans or reinstates a person ({@code state}), or changes a member's role ({@code role}). Everybody who has an account
     * can be banned.
     */
    @PATCH
    @Path("{user}")
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public JsonObject change(
            @PathParam("group") UUID id,
            @PathParam("user") UUID user,
            @Context HttpServletRequest client,
            JsonInput input) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.MEMBERS, caller.user(), client);
        var access = locked(id, caller).requireOrganizer().requireActive();
        var role = input.optionalChoice("role", Role.class);
        var state = input.optionalChoice("state", MemberState.class);
        if (state.equals(Optional.of(MemberState.REQUESTED))) {
            input.reject("state", "must be active or banned");
        }
        input.done();
        role.ifPresent(any -> access.requireOwner());
        var known = members.find(id, user);
        if (known.isEmpty() && state.equals(Optional.of(MemberState.BANNED))) {
            requireMemberRole(role);
            return banStranger(id, user, caller);
        }
        var member = known.orElseThrow(() -> Problem.notFound("member"));
        requireOwnerFor(access, member);

        var newState = state.orElse(member.state());
        var newRole = newState == MemberState.ACTIVE ? role.orElse(member.role()) : Role.MEMBER;
        if (newState != MemberState.ACTIVE) {
            requireMemberRole(role);
        }
        if (newRole != Role.OWNER) {
            requireAnotherOwner(id, access, user, Optional.of(member.role()));
        }
        if (newState != member.state() || newRole != member.role()) {
            members.change(id, user, newRole, newState);
            revokeInvitations(id, caller, user, Optional.of(newRole).filter(any -> newState == MemberState.ACTIVE));
            announceChange(id, caller, member, newRole, newState);
        }
        return member(id, user);
    }

    /** Removes a member, declines a request or lifts a ban. */
    @DELETE
    @Path("{user}")
    @Transactional
    public void remove(@PathParam("group") UUID id, @PathParam("user") UUID user, @Context HttpServletRequest client) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.MEMBERS, caller.user(), client);
        var access = locked(id, caller).requireOrganizer().requireActive();
        var member = members.find(id, user).orElseThrow(() -> Problem.notFound("member"));
        requireOwnerFor(access, member);
        requireAnotherOwner(id, access, user, Optional.of(member.role()));
        members.remove(id, user);
        revokeInvitations(id, caller, user, Optional.empty());
        queue.cancelAll(id, user, caller.user(), Cause.REMOVED);
        if (member.state() == MemberState.ACTIVE) {
            send(id, user, "member.removed");
        }
        audit(id, caller, "member.removed", user);
    }

    private JsonObject banStranger(UUID id, UUID user, Caller caller) {
        if (!members.banStranger(id, user)) {
            throw Problem.notFound("member");
        }
        announceBan(id, user, caller);
        return member(id, user);
    }

    private void announceBan(UUID id, UUID user, Caller caller) {
        queue.cancelAll(id, user, caller.user(), Cause.BANNED);
        send(id, user, "member.banned");
        audit(id, caller, "member.banned", user);
    }

    /** What a member made with a role ends with it. */
    private void revokeInvitations(UUID id, Caller caller, UUID user, Optional<Role> role) {
        if (invitations.revokeOf(id, user, role)) {
            audit.ofGroup(id, caller.user(), "invitation.revoked");
        }
    }

    private void announceChange(UUID id, Caller caller, Member was, Role role, MemberState state) {
        if (state == MemberState.BANNED) {
            announceBan(id, was.user(), caller);
        } else if (state != was.state()) {
            send(id, was.user(), "member.approved");
            audit(id, caller, "member.approved", was.user());
        }
        if (role != was.role() && state == MemberState.ACTIVE) {
            send(id, was.user(), "member.role-changed");
            audit(id, caller, "member.made-" + EnumNames.of(role), was.user());
        }
    }

    private void send(UUID id, UUID user, String kind) {
        notifications.send(user, kind, id, null, "");
    }

    private void audit(UUID id, Caller caller, String action, UUID user) {
        audit.ofMember(id, caller.user(), action, user);
    }

    private GroupAccess locked(UUID id, Caller caller) {
        groups.lock(id);
        return groups.access(id, caller.user());
    }

    /** Only owners can change organizers and owners. */
    private static void requireOwnerFor(GroupAccess access, Member member) {
        if (member.role() != Role.MEMBER) {
            access.requireOwner();
        }
    }

    private static void requireMemberRole(Optional<Role> role) {
        if (role.filter(any -> any != Role.MEMBER).isPresent()) {
            throw Problem.invalid(
                    ProblemType.VALIDATION, List.of(new Invalid("#/role", "can be given to an active member only")));
        }
    }

    private void requireAnotherOwner(UUID id, GroupAccess access, UUID user, Optional<Role> role) {
        if (access.group().state() == GroupState.ACTIVE
                && role.equals(Optional.of(Role.OWNER))
                && !members.otherOwner(id, user)) {
            throw Problem.of(ProblemType.LAST_OWNER, "Make another member an owner first, or archive the group.")
                    .with("groups", JSON.createArrayBuilder().add(id.toString()).build());
        }
    }

    private JsonObject member(UUID id, UUID user) {
        return members.find(id, user).orElseThrow().json();
    }

    private static Problem banned() {
        return Problem.of(ProblemType.BANNED, "You cannot join this group or leave it while you are banned.");
    }
}
