package dev.messagecontact.shape;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.messagecontact.Contacts;
import dev.messagecontact.intake.Worker;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Arrows between packages go one way. */
class PackagesTest {

    private static final String ROOT = "dev.messagecontact.";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .importUrl(Contacts.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void the_product_does_not_see_the_workshop_or_its_servers() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "workshop..", "kafka..", "org.apache.kafka.server..", "io.zonky..")
                .check(PRODUCT);
    }

    @Test
    void no_file_of_the_product_mentions_the_workshop_or_its_servers() {
        Pattern mention = Pattern.compile("(?i)kafka\\.server|zonky|embedded|\\bsoak|\\bbench");
        assertEquals(
                List.of(),
                Sources.linesWith(
                        mention, file -> true, "src/main/java", "src/main/resources", "ops/docker/Dockerfile"));
    }

    @Test
    void what_is_decided_and_stored_sees_neither_ops_nor_settings() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("registration", "directory", "receipts", "outcome"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("ops", "settings"))
                .check(PRODUCT);
    }

    @Test
    void the_flow_sees_the_store_and_never_the_reverse() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("directory", "receipts"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("registration", "outcome", "intake", "recovery", "cli", "kafka"))
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAnyPackage(packages(
                        "command",
                        "validation",
                        "registration",
                        "verification",
                        "identity",
                        "outcome",
                        "kafka",
                        "fault"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("intake", "recovery", "cli"))
                .check(PRODUCT);
    }

    @Test
    void where_a_partition_stands_does_not_depend_on_the_loop() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("intake.start"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "intake", ROOT + "intake.partition")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAnyPackage(packages("intake.partition"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "intake")
                .check(PRODUCT);
    }

    @Test
    void nothing_but_the_main_class_knows_the_command_line() {
        classes()
                .that()
                .resideInAnyPackage(packages("cli"))
                .should()
                .onlyHaveDependentClassesThat(
                        resideInAnyPackage(packages("cli")).or(belongToAnyOf(Contacts.class)))
                .check(PRODUCT);
    }

    @Test
    void only_the_command_line_runs_a_worker_and_only_the_runtime_makes_one() {
        classes()
                .that()
                .resideInAnyPackage(packages("runtime"))
                .should()
                .onlyHaveDependentClassesThat(resideInAnyPackage(packages("runtime", "cli")))
                .check(PRODUCT);
        classes()
                .that()
                .belongToAnyOf(Worker.class)
                .should()
                .onlyHaveDependentClassesThat(
                        resideInAnyPackage(packages("runtime")).or(belongToAnyOf(Worker.class)))
                .check(PRODUCT);
    }

    @Test
    void no_command_of_recovery_knows_another() {
        slices().matching(ROOT + "recovery.(*)..")
                .should()
                .notDependOnEachOther()
                .check(PRODUCT);
    }

    @Test
    void no_packages_depend_on_each_other() {
        DescribedPredicate<JavaClass> generated = resideInAnyPackage(ROOT + "database.schema..");
        slices().matching(ROOT + "(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(generated, generated)
                .check(PRODUCT);
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> ROOT + name + "..").toArray(String[]::new);
    }
}
