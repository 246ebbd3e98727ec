//! The rules of Bindplane, as `products.md` numbers them.

use crate::products::catalogue::rules;

rules! {
    BP_R1 = "BP-R1", Documented, "openid-connect page, introduction", [],
        "switching the kind of authentication removes all users and permissions";
    BP_R2 = "BP-R2", Documented, "openid-connect page, 3 Bindplane Server Configuration", [],
        "settings take effect after a restart";
    BP_R3 = "BP-R3", Documented, "openid-connect page, 2 and 5", [],
        "a visitor who is not signed in is redirected to the configured provider";
    BP_R4 = "BP-R4", Public, "operator, configuration.md", ["BP-Q16"],
        "only the ID token is read for claims, and it names the person";
    BP_R5 = "BP-R5", Interpretation, "openid-connect page, 6; operator, configuration.md", ["BP-Q13"],
        "every claim name and match string can be renamed; the plain words `admin`, `user`, `viewer` always match";
    BP_R6 = "BP-R6", Interpretation, "openid-connect page, 4; operator, configuration.md", ["BP-Q6", "BP-Q14"],
        "names are `groups`, or `group_ids` if that yields nothing, followed by `roles`; lists or comma-separated text";
    BP_R7 = "BP-R7", Interpretation, "openid-connect page, 4 Least Privileged User", [],
        "`admin` is more than `user`, which is more than `viewer`";
    BP_R8 = "BP-R8", Interpretation, "openid-connect page, 4 Claims Behavior and Groups behavior", ["BP-Q4", "BP-Q5", "BP-Q14"],
        "the organization-admin claim decides; without it the group does, unless a default role is explicit";
    BP_R9 = "BP-R9", Documented, "openid-connect page, 4 Organization Admin vs Project Access", [],
        "an organization admin is admin of all projects, and project and role claims are ignored";
    BP_R10 = "BP-R10", Documented, "openid-connect page, 4 Claims Behavior", ["BP-Q14"],
        "an explicit default-role claim is the default role";
    BP_R11 = "BP-R11", Documented, "openid-connect page, 4 Groups behavior", ["BP-Q13"],
        "without one, the first name that is a role name gives the default role";
    BP_R12 = "BP-R12", Interpretation, "openid-connect page, 4 Role Assignment Priority", ["BP-Q4"],
        "with an explicit default role, groups and roles infer no role";
    BP_R13 = "BP-R13", Documented, "openid-connect page, 4 Claims Behavior", [],
        "`role:ID` gives that role for that project";
    BP_R14 = "BP-R14", Interpretation, "openid-connect page, 4 Claims Behavior", ["BP-Q3"],
        "a bare `ID` gets the fallback role: the default role, or `viewer`";
    BP_R15 = "BP-R15", Interpretation, "openid-connect page, 4 Least Privileged User", ["BP-Q2"],
        "with two or more projects of explicit role, the fallback is the least of those roles and the default role";
    BP_R16 = "BP-R16", Interpretation, "openid-connect page, 4 Groups behavior; operator, configuration.md", ["BP-Q8", "BP-Q10"],
        "project groups grant access when the projects claim is not set";
    BP_R17 = "BP-R17", Interpretation, "openid-connect page, 4 Conflicting Claims Resolution", ["BP-Q9"],
        "an unrecognised role word becomes `viewer`";
    BP_R18 = "BP-R18", Interpretation, "openid-connect page, 4 Conflicting Claims Resolution", ["BP-Q10"],
        "malformed entries are skipped; of the same project twice the least privileged counts";
    BP_R19 = "BP-R19", Interpretation, "openid-connect page, 4 Note", ["BP-Q14", "BP-Q17"],
        "claims of the wrong type, or projects without one valid entry, make the claims unusable";
    BP_R20 = "BP-R20", Interpretation, "openid-connect page, 5 User Enrollment", ["BP-Q11"],
        "with invitations enabled, claims matter only when a user is first provisioned";
    BP_R21 = "BP-R21", Documented, "openid-connect page, 5 User Enrollment", [],
        "with invitations disabled, role and project access are synchronised at every login";
    BP_R22 = "BP-R22", Interpretation, "openid-connect page, 4 Claims Behavior and 5", ["BP-Q7", "BP-Q18"],
        "a claimed scope replaces the memberships; the last organization admin is kept";
    BP_R23 = "BP-R23", Interpretation, "openid-connect page, 4 and 5", ["BP-Q1"],
        "a role without a project scope re-roles what is there, and gives a new user no project";
    BP_R24 = "BP-R24", Interpretation, "openid-connect page, introduction, 3 and 5", ["BP-Q12", "BP-Q15", "BP-Q17"],
        "with invitations enabled, a new user needs valid claims or an invitation";
    BP_R25 = "BP-R25", Documented, "openid-connect page, 3 Just-In-Time Provisioning", [],
        "with invitations disabled, a new user needs valid claims";
    BP_R26 = "BP-R26", Interpretation, "documentation silent", [],
        "claims are valid when they name an organization admin, a default role or a valid project";
    BP_R27 = "BP-R27", Interpretation, "openid-connect page, introduction and 5", [],
        "the first user becomes organization admin and admin of all projects";
    BP_R28 = "BP-R28", Interpretation, "openid-connect page, 5 User Enrollment", ["BP-Q7"],
        "being first outranks claims, missing claims and disabled invitations";
    BP_R29 = "BP-R29", Interpretation, "role-based access control page", [],
        "whoever has a project, or is provisioned without one, is a user of the organization";
    BP_R30 = "BP-R30", Public, "role-based access control page", [],
        "a role permits what its level permits: full control, editing, or reading";
    BP_R31 = "BP-R31", Interpretation, "documentation silent", [],
        "signing out ends the local session only";
}
