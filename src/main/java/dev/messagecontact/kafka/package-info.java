/**
 * How the product talks to Kafka: clients, topics as they are, whole-topic reads. Knows no command and no table.
 */
@NullMarked
package dev.messagecontact.kafka;

import org.jspecify.annotations.NullMarked;
