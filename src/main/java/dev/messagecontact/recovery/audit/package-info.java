/**
 * The proof that every command has its one answer: what stands in the topics and in the database, held against what
 * the command records say. Hides how tens of millions of commands are compared in little memory.
 */
@NullMarked
package dev.messagecontact.recovery.audit;

import org.jspecify.annotations.NullMarked;
