package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
import jakarta.json.JsonObject;
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
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.Input;
import org.muster.http.Page;
import org.muster.http.Parameter;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Move.Cause;
import org.muster.queue.Queue;
import org.muster.users.Caller;

/** Joining and leaving a group, and deciding who else may. */
@Path("groups/{group}/members")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class MembersResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @PathParam("group")
    UUID id;

    @Context
    SecurityContext security;

    /** Members see active members; organizers also see who asked to join and who is banned. */
    @GET
    public Response list(
            @QueryParam("state") String state,
            @QueryParam("role") String role,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = Page.of(limit, cursor);
        var wanted = Parameter.choice("state", state, MemberState.class).orElse(MemberState.ACTIVE);
        var ofRole = Parameter.choice("role", role, Role.class);
        var access = new Groups(pool)
                .access(id, Caller.of(security).map(Caller::user))
                .orElseThrow(MembersResource::noGroup)
                .belonging();
        if (wanted != MemberState.ACTIVE && !access.organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners may see who is not a member.");
        }
        var members = new Members(pool).list(id, wanted, ofRole, page.after(UUID::fromString), page.fetch());
        return page.answer(members, Member::json, member -> member.user().toString(), uri);
    }

    /** How the caller stands to the group; 404 if they have nothing to do with it. */
    @GET
    @Path("me")
    public JsonObject me() {
        var caller = Caller.required(security);
        var access = new Groups(pool).access(id, Optional.of(caller.user())).orElseThrow(MembersResource::noGroup);
        if (access.state().filter(state -> state != MemberState.BANNED).isEmpty()) {
            access.seeing();
        }
        return new Members(pool)
                .find(id, caller.user())
                .orElseThrow(() -> Problem.notFound("membership"))
                .json();
    }

    /** Joins, or asks to, as the group's policy says; 201, or 200 if that was so before. */
    @PUT
    @Path("me")
    @Transactional
    public Response join() {
        var caller = Caller.required(security);
        var access = locked(caller);
        if (access.state().equals(Optional.of(MemberState.BANNED))) {
            access.seeing();
            throw banned();
        }
        if (access.state().isPresent()) {
            return Response.ok(member(caller.user())).build();
        }
        access.seeing().active();
        var state = switch (access.group().settings().joinPolicy()) {
            case OPEN -> MemberState.ACTIVE;
            case REQUEST -> MemberState.REQUESTED;
            case INVITE -> throw Problem.of(ProblemType.FORBIDDEN, "This group takes members by invitation only.");
        };
        new Members(pool).add(id, caller.user(), state);
        if (state == MemberState.REQUESTED) {
            new Notifications(pool).tellOrganizers(id, "member.requested");
        }
        audit(caller, state == MemberState.ACTIVE ? "member.joined" : "member.requested", caller.user());
        return Response.status(Response.Status.CREATED)
                .entity(member(caller.user()))
                .build();
    }

    /** Leaves, or takes the request to join back. */
    @DELETE
    @Path("me")
    @Transactional
    public void leave() {
        var caller = Caller.required(security);
        var access = locked(caller);
        if (access.state().isEmpty()) {
            access.seeing();
            return;
        }
        if (access.state().equals(Optional.of(MemberState.BANNED))) {
            access.seeing();
            throw banned();
        }
        keepAnOwner(access, caller.user(), access.role());
        new Members(pool).remove(id, caller.user());
        new Queue(pool).leaveAll(id, caller.user(), caller.user(), Cause.LEFT_GROUP);
        audit(caller, "member.left", caller.user());
    }

    /** Approves, bans or reinstates somebody ({@code state}), or gives them another role ({@code role}). */
    @PATCH
    @Path("{user}")
    @Consumes({MediaType.APPLICATION_JSON, Input.MERGE_PATCH})
    @Transactional
    public JsonObject change(@PathParam("user") UUID user, Input input) {
        var caller = Caller.required(security);
        var access = locked(caller).organizing().active();
        var role = input.optionalChoice("role", Role.class);
        var state = input.optionalChoice("state", MemberState.class);
        if (state.equals(Optional.of(MemberState.REQUESTED))) {
            input.refuse("state", "must be active or banned");
        }
        input.done();
        var member = new Members(pool).find(id, user).orElseThrow(() -> Problem.notFound("member"));
        role.ifPresent(any -> access.owning());
        spareEquals(access, member);

        var newState = state.orElse(member.state());
        var newRole = newState == MemberState.ACTIVE ? role.orElse(member.role()) : Role.MEMBER;
        if (newState != MemberState.ACTIVE
                && role.filter(any -> any != Role.MEMBER).isPresent()) {
            throw Problem.invalid(
                    ProblemType.VALIDATION, List.of(new Invalid("#/role", "can be given to an active member only")));
        }
        if (newRole != Role.OWNER) {
            keepAnOwner(access, user, Optional.of(member.role()));
        }
        if (newState != member.state() || newRole != member.role()) {
            new Members(pool).change(id, user, newRole, newState);
            tellOfChange(caller, member, newRole, newState);
        }
        return member(user);
    }

    /** Removes a member, refuses a request, or lifts a ban. */
    @DELETE
    @Path("{user}")
    @Transactional
    public void remove(@PathParam("user") UUID user) {
        var caller = Caller.required(security);
        var access = locked(caller).organizing().active();
        var member = new Members(pool).find(id, user).orElseThrow(() -> Problem.notFound("member"));
        spareEquals(access, member);
        keepAnOwner(access, user, Optional.of(member.role()));
        new Members(pool).remove(id, user);
        new Queue(pool).leaveAll(id, user, caller.user(), Cause.REMOVED);
        if (member.state() == MemberState.ACTIVE) {
            tell(user, "member.removed");
        }
        audit(caller, "member.removed", user);
    }

    private void tellOfChange(Caller caller, Member was, Role role, MemberState state) {
        if (state == MemberState.BANNED) {
            new Queue(pool).leaveAll(id, was.user(), caller.user(), Cause.BANNED);
            tell(was.user(), "member.banned");
            audit(caller, "member.banned", was.user());
        } else if (state != was.state()) {
            tell(was.user(), "member.approved");
            audit(caller, "member.approved", was.user());
        }
        if (role != was.role() && state == MemberState.ACTIVE) {
            tell(was.user(), "member.role-changed");
            audit(caller, "member.made-" + Group.lower(role), was.user());
        }
    }

    private void tell(UUID user, String kind) {
        new Notifications(pool).tell(user, kind, id, null, "");
    }

    private void audit(Caller caller, String action, UUID user) {
        new Audit(pool).ofMember(id, caller.user(), action, user);
    }

    private GroupAccess locked(Caller caller) {
        var groups = new Groups(pool);
        groups.lock(id);
        return groups.access(id, Optional.of(caller.user())).orElseThrow(MembersResource::noGroup);
    }

    /** An organizer has no say over owners and other organizers. */
    private static void spareEquals(GroupAccess access, Member member) {
        if (member.role() != Role.MEMBER) {
            access.owning();
        }
    }

    private void keepAnOwner(GroupAccess access, UUID user, Optional<Role> role) {
        if (access.group().state() == GroupState.ACTIVE
                && role.equals(Optional.of(Role.OWNER))
                && !new Members(pool).otherOwner(id, user)) {
            throw Problem.of(ProblemType.LAST_OWNER, "Make somebody else an owner first, or archive the group.")
                    .with("groups", JSON.createArrayBuilder().add(id.toString()).build());
        }
    }

    private JsonObject member(UUID user) {
        return new Members(pool).find(id, user).orElseThrow().json();
    }

    private static Problem banned() {
        return Problem.of(ProblemType.BANNED, "You cannot join this group or leave it while you are banned.");
    }

    private static Problem noGroup() {
        return Problem.notFound("group");
    }
}
