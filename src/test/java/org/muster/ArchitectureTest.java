package org.muster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.muster");

    /** Where the SQL is. */
    private static final String MODELS =
            "Users|Sessions|Audit|Notifications|Queue|Groups|Members|Activities|SignUps|CalendarTokens|Feeds|AllSeries|Occurrences|TimeRules";

    @Test
    void theArrowsBetweenFoldersPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.muster..")
                .layer("calendar")
                .definedBy("org.muster.calendar")
                .layer("signups")
                .definedBy("org.muster.signups")
                .layer("activities")
                .definedBy("org.muster.activities")
                .layer("health")
                .definedBy("org.muster.health")
                .layer("metrics")
                .definedBy("org.muster.metrics")
                .layer("groups")
                .definedBy("org.muster.groups")
                .layer("queue")
                .definedBy("org.muster.queue")
                .layer("history")
                .definedBy("org.muster.history")
                .layer("users")
                .definedBy("org.muster.users")
                .layer("http")
                .definedBy("org.muster.http")
                .layer("problems")
                .definedBy("org.muster.problems")
                .layer("database")
                .definedBy("org.muster.database")
                .layer("connections")
                .definedBy("org.muster.connections")
                .layer("connector")
                .definedBy("org.muster.connector")
                .layer("credentials")
                .definedBy("org.muster.credentials")
                .layer("settings")
                .definedBy("org.muster.settings")
                .whereLayer("calendar")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("signups")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("activities")
                .mayOnlyBeAccessedByLayers("signups", "calendar")
                .whereLayer("health")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("metrics")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("groups")
                .mayOnlyBeAccessedByLayers("activities", "signups", "calendar")
                .whereLayer("queue")
                .mayOnlyBeAccessedByLayers("groups", "activities", "signups")
                .whereLayer("history")
                .mayOnlyBeAccessedByLayers("queue", "groups", "activities", "signups")
                .whereLayer("users")
                .mayOnlyBeAccessedByLayers("history", "groups", "activities", "signups", "calendar")
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("users", "history", "groups", "activities", "signups", "calendar")
                .whereLayer("problems")
                .mayOnlyBeAccessedByLayers("http", "users", "groups", "activities", "signups", "calendar")
                .whereLayer("database")
                .mayOnlyBeAccessedByLayers(
                        "problems",
                        "http",
                        "health",
                        "metrics",
                        "users",
                        "history",
                        "queue",
                        "groups",
                        "activities",
                        "signups",
                        "calendar")
                .whereLayer("connections")
                .mayOnlyBeAccessedByLayers("database", "problems", "health", "metrics")
                .whereLayer("connector")
                .mayOnlyBeAccessedByLayers("connections", "database")
                .whereLayer("credentials")
                .mayOnlyBeAccessedByLayers("connections", "database", "health", "metrics")
                .whereLayer("settings")
                .mayOnlyBeAccessedByLayers("credentials", "connections", "database", "users", "calendar", "activities")
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
                .resideOutsideOfPackages("org.muster.database", "org.muster.connections", "org.muster.connector")
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
    void enterpriseBeansAreForStartUpOnly() {
        classes()
                .that()
                .areAnnotatedWith(Singleton.class)
                .should()
                .resideInAPackage("org.muster.database")
                .check(MUSTER);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..")
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
