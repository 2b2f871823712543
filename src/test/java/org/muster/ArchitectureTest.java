package org.muster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.lifecycle.ApplicationStartup;

class ArchitectureTest {
    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.muster");

    /** The classes outside the infrastructure that contain SQL. */
    private static final String MODELS =
            "Users|Sessions|Requester|AccessTokens|SignInLimits|RateLimits|Audit|Notifications|Queue|Moves|SignUpTransfers|Groups|GroupLists|GroupNames|Slugs|Members|Invitations|Activities|SignUps|MyActivities"
                    + "|CalendarTokens|CalendarEvents|Changes|StoredResponses|SeriesStore|Occurrences|OutdatedStarts|PersonalExport|GroupExport|ExportedRows|AccountErasures|GroupImport|Outbox|MailNotices|NotificationSettingsStore|Reminders"
                    + "|Accounts|SecondFactors|AccountRequests|AccountTokens|Identities|ProviderSignIns|PublicPages|PushOutbox|PushSubscriptions";

    /** The packages from top to bottom. Each may depend on those below it only. */
    private static final List<String> LAYERS = List.of(
            "page",
            "transfer",
            "push",
            "notices",
            "calendar",
            "idempotency",
            "feed",
            "signups",
            "oidc",
            "activities",
            "accounts",
            "groups",
            "queue",
            "history",
            "operator",
            "users",
            "totp",
            "mail",
            "http",
            "limits",
            "problems",
            "health",
            "metrics",
            "proxies",
            "lifecycle",
            "database",
            "connections",
            "connector",
            "credentials",
            "settings",
            "json");

    /** The layers below those of models and resources. */
    private static final List<String> INFRASTRUCTURE = LAYERS.subList(LAYERS.indexOf("http"), LAYERS.size());

    @Test
    void packagesDependOnLowerLayersOnly() {
        for (var i = 1; i < LAYERS.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage("org.muster." + LAYERS.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(LAYERS.subList(0, i).stream()
                            .map(layer -> "org.muster." + layer)
                            .toArray(String[]::new))
                    .check(MUSTER);
        }
    }

    @Test
    void everyPackageIsALayer() {
        classes()
                .should()
                .resideInAnyPackage(
                        LAYERS.stream().map(layer -> "org.muster." + layer).toArray(String[]::new))
                .check(MUSTER);
    }

    @Test
    void theConnectionLayerIsUsedThroughTheDatabasePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.muster.problems",
                        "org.muster.health",
                        "org.muster.metrics",
                        "org.muster.operator",
                        "org.muster.lifecycle",
                        "org.muster.database",
                        "org.muster.connections",
                        "org.muster.connector",
                        "org.muster.credentials")
                .and()
                // Which needs the password of the mail server.
                .doNotHaveFullyQualifiedName("org.muster.mail.SmtpClient")
                .and()
                .doNotHaveFullyQualifiedName("org.muster.mail.Mailing")
                .and()
                .resideInAPackage("org.muster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.muster.connections", "org.muster.connector", "org.muster.credentials")
                .check(MUSTER);
    }

    @Test
    void modelsKnowOnlyTheDatabasePackageOfTheInfrastructure() {
        noClasses()
                .that()
                .haveNameMatching(".*\\.(" + MODELS + ")(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.muster.lifecycle",
                        "org.muster.connections",
                        "org.muster.connector",
                        "org.muster.credentials")
                .check(MUSTER);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("org.muster.(*)..").should().beFreeOfCycles().check(MUSTER);
    }

    /** Nested classes belong to their top-level class. */
    @Test
    void classesOfTheInfrastructureAreFreeOfCycles() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(MUSTER);
    }

    private static final class TopLevelClasses implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return INFRASTRUCTURE.stream()
                            .anyMatch(layer -> type.getPackageName().equals("org.muster." + layer))
                    ? SliceIdentifier.of(type.getFullName().split("\\$")[0])
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "top-level classes of " + INFRASTRUCTURE;
        }
    }

    @Test
    void theConnectorDependsOnTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("org.muster.connector")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.sql..", "org.muster.connector")
                .check(MUSTER);
    }

    @Test
    void onlyModelsAndTheConnectionLayerUseJdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.muster.lifecycle", "org.muster.database", "org.muster.connections", "org.muster.connector")
                .and()
                .haveNameNotMatching(".*\\.(" + MODELS + ")(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(MUSTER);
    }

    @Test
    void thePoolIsInjectedByItsJndiName() {
        fields().that()
                .haveRawType("javax.sql.DataSource")
                .and()
                .areAnnotatedWith(Resource.class)
                .and()
                .areNotDeclaredIn(ApplicationStartup.class)
                .should()
                .beAnnotatedWith(lookup("java:comp/env/jdbc/muster"))
                .check(MUSTER);
    }

    private static DescribedPredicate<JavaAnnotation<?>> lookup(String name) {
        return DescribedPredicate.describe(
                "lookup of " + name,
                annotation -> annotation.get("lookup").filter(name::equals).isPresent());
    }

    /** Except for what is always read on the primary, in a transaction, or in no database. */
    @Test
    void resourcesThatReadOnReplicasAskThePrimaryBeforeTheyRefuse() {
        methods()
                .that()
                .areAnnotatedWith(GET.class)
                .and()
                .areDeclaredInClassesThat()
                .haveNameNotMatching(
                        ".*\\.(OperatorResource|ServerResource|ProviderSignInResource|ChangesResource|ActivityChangesResource"
                                + "|MyExportResource|GroupExportResource)")
                .should()
                .beDeclaredInClassesThat()
                .areAnnotatedWith(ConsistentReads.class)
                .check(MUSTER);
    }

    @Test
    void resourcesHoldNothingOfARequest() {
        noFields()
                .should()
                .beAnnotatedWith(PathParam.class)
                .orShould()
                .beAnnotatedWith(QueryParam.class)
                .orShould()
                .beAnnotatedWith(HeaderParam.class)
                .check(MUSTER);
    }

    @Test
    void enterpriseBeansAreUsedForStartupOnly() {
        classes()
                .that()
                .areAnnotatedWith(Singleton.class)
                .should()
                .resideInAPackage("org.muster.lifecycle")
                .check(MUSTER);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..")
                .check(MUSTER);
    }

    /** The excluded resources hash a password, or ask a provider, outside the transaction, and then call a transactional bean. */
    @Test
    void postRequestsAreIdempotentAndTransactional() {
        methods()
                .that()
                .areAnnotatedWith(POST.class)
                .and()
                .areNotDeclaredIn("org.muster.accounts.UsersResource")
                .and()
                .areNotDeclaredIn("org.muster.accounts.NewPasswordsResource")
                .and()
                .areNotDeclaredIn("org.muster.accounts.MySecondFactorResource")
                .and()
                .areNotDeclaredIn("org.muster.oidc.ProviderSignInResource")
                .and()
                .areNotDeclaredIn("org.muster.users.SessionsResource")
                .should()
                .beAnnotatedWith(Idempotent.class)
                .andShould()
                .beAnnotatedWith(Transactional.class)
                .check(MUSTER);
    }

    @Test
    void nothingDependsOnASpecificServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("fish..", "org.glassfish..", "com.sun..", "sun..", "org.wildfly..", "org.jboss..")
                .check(MUSTER);
    }
}
