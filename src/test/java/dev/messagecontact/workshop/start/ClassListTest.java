package dev.messagecontact.workshop.start;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassListTest {

    @Test
    void what_a_jar_has_for_newer_javas_is_left_out_and_all_else_stays() {
        String versioned = "org/postgresql/util/LazyCleanerImpl";

        List<String> archivable = ClassList.archivable(List.of(
                "java/lang/Object id: 0",
                "org/postgresql/Driver",
                versioned,
                versioned + " id: 7",
                "@lambda-proxy " + versioned + " run ()Ljava/lang/Runnable; ()V",
                "@lambda-proxy org/postgresql/Driver run ()Ljava/lang/Runnable; ()V",
                "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.DirectMethodHandle$Holder invokeStatic L_V"));

        assertEquals(
                List.of(
                        "java/lang/Object id: 0",
                        "org/postgresql/Driver",
                        "@lambda-proxy org/postgresql/Driver run ()Ljava/lang/Runnable; ()V",
                        "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.DirectMethodHandle$Holder invokeStatic L_V"),
                archivable);
    }
}
