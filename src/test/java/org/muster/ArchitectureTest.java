package org.muster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.muster.http.Idempotent;

class ArchitectureTest {
    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.muster");

    /** Where the SQL is. */
    private static final String MODELS =
            "Users|Sessions|AccessTokens|SignInLimits|Audit|Notifications|Queue|Groups|Members|Invitations|Activities|SignUps"
                    + "|CalendarTokens|CalendarEvents|Changes|StoredResponses|SeriesStore|Occurrences|OutdatedStarts|Exports|AccountErasures|GroupImport";

    /** The folders from the top: each may use those below it. */
    private static final List<String> FOLDERS = List.of(
            "page",
            "transfer",
            "calendar",
            "idempotency",
            "feed",
            "signups",
            "activities",
            "groups",
            "queue",
            "history",
            "operator",
            "users",
            "http",
            "problems",
            "health",
            "metrics",
            "lifecycle",
            "database",
            "connections",
            "connector",
            "credentials",
            "settings",
            "json");

    @Test
    void theArrowsBetweenFoldersPointOneWay() {
        for (var i = 1; i < FOLDERS.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage("org.muster." + FOLDERS.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FOLDERS.subList(0, i).stream()
                            .map(above -> "org.muster." + above)
                            .toArray(String[]::new))
                    .check(MUSTER);
        }
    }

    @Test
    void everyFolderHasItsPlace() {
        classes()
                .should()
                .resideInAnyPackage(
                        FOLDERS.stream().map(folder -> "org.muster." + folder).toArray(String[]::new))
                .check(MUSTER);
    }

    @Test
    void whatPeopleDoKnowsNothingOfConnections() {
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
                .resideInAPackage("org.muster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.muster.connections", "org.muster.connector", "org.muster.credentials")
                .check(MUSTER);
    }

    @Test
    void thereAreNoCyclesBetweenFolders() {
        slices().matching("org.muster.(*)..").should().beFreeOfCycles().check(MUSTER);
    }

    @Test
    void theConnectorNeedsTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("org.muster.connector")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.sql..", "org.muster.connector")
                .check(MUSTER);
    }

    @Test
    void onlyModelsAndTheDatabaseFolderSpeakJdbc() {
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
    void thePoolIsInjectedByLookup() {
        fields().that()
                .haveRawType("javax.sql.DataSource")
                .and()
                .areAnnotatedWith(Resource.class)
                .should()
                .beAnnotatedWith(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "lookup of java:comp/env/jdbc/muster",
                        annotation -> annotation
                                .get("lookup")
                                .filter("java:comp/env/jdbc/muster"::equals)
                                .isPresent()))
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
    void enterpriseBeansAreForStartUpOnly() {
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

    /** Those that hash a password first leave the rest to another bean, which is. */
    @Test
    void whateverIsPostedCanBeRepeated() {
        methods()
                .that()
                .areAnnotatedWith(POST.class)
                .and()
                .areNotDeclaredIn("org.muster.users.UsersResource")
                .and()
                .areNotDeclaredIn("org.muster.users.SessionsResource")
                .should()
                .beAnnotatedWith(Idempotent.class)
                .andShould()
                .beAnnotatedWith(Transactional.class)
                .check(MUSTER);
    }

    @Test
    void nothingDependsOnOneServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("fish..", "org.glassfish..", "com.sun..", "sun..", "org.wildfly..", "org.jboss..")
                .check(MUSTER);
    }
}
