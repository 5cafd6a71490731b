package dev.messagecontact.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class LastingAdminTest {

    private final List<Admin> made = new ArrayList<>();
    private final List<Object> closed = new ArrayList<>();
    private final LastingAdmin admin = new LastingAdmin(this::make);

    @Test
    void one_that_refuses_a_question_at_once_is_replaced_and_the_next_one_asked() {
        assertEquals("yes", admin.ask(this::answerOfTheSecond).join());
        assertEquals("yes", admin.ask(this::answerOfTheSecond).join());
        assertEquals(2, made.size());
        assertEquals(List.of(0), closed);
    }

    @Test
    void one_that_gets_no_answer_in_time_or_another_one_than_we_want_is_asked_again() {
        KafkaFutureImpl<String> silence = new KafkaFutureImpl<>();
        CompletableFuture<String> answer = admin.ask(asked -> silence);
        silence.completeExceptionally(new TimeoutException("no node"));
        assertTrue(answer.isCompletedExceptionally());
        KafkaException unknown = new UnknownTopicOrPartitionException("commands");
        assertTrue(admin.ask(asked -> failed(unknown)).isCompletedExceptionally());
        assertEquals(
                "yes", admin.ask(asked -> KafkaFuture.completedFuture("yes")).join());
        assertEquals(1, made.size());
    }

    @Test
    void nothing_is_made_before_the_first_question_or_after_the_last() {
        assertEquals(0, made.size());
        admin.now();
        admin.close();
        assertEquals(List.of(0), closed);
        assertThrows(IllegalStateException.class, admin::now);
        assertEquals(1, made.size());
    }

    /** The client's own thread asks the next question of a chain, and closing waits for that thread. */
    @Test
    void closing_holds_up_nobody_who_asks() {
        List<Class<?>> told = new ArrayList<>();
        LastingAdmin[] closing = new LastingAdmin[1];
        closing[0] = new LastingAdmin(() -> (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (self, method, of) -> {
                    CompletableFuture<Admin> asked = CompletableFuture.supplyAsync(() -> closing[0].now());
                    told.add(asked.handle((none, refused) -> refused.getCause().getClass())
                            .get(10, TimeUnit.SECONDS));
                    return null;
                }));
        closing[0].now();
        closing[0].close();
        assertEquals(List.of(IllegalStateException.class), told);
    }

    private KafkaFuture<String> answerOfTheSecond(Admin asked) {
        return made.indexOf(asked) == 0
                ? failed(new TimeoutException("The AdminClient thread has exited."))
                : KafkaFuture.completedFuture("yes");
    }

    private static KafkaFuture<String> failed(KafkaException failure) {
        KafkaFutureImpl<String> future = new KafkaFutureImpl<>();
        future.completeExceptionally(failure);
        return future;
    }

    /** One that can be told from others, and closed. */
    private Admin make() {
        int number = made.size();
        Admin fresh = (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (self, method, of) -> {
                    if (method.getName().equals("equals")) {
                        return self == of[0];
                    }
                    closed.add(number);
                    return null;
                });
        made.add(fresh);
        return fresh;
    }
}
