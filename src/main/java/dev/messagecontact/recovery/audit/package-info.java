/**
 * Checks that every command has exactly one answer: compares topics and database with the command records. Its layout in
 * memory, which lets it compare tens of millions of commands, is private. It may change nothing.
 */
@NullMarked
package dev.messagecontact.recovery.audit;

import org.jspecify.annotations.NullMarked;
