/**
 * How far workers have settled and published the partitions of the topics with commands, and which offsets were skipped, as the
 * database keeps it. It may not know what a command says.
 */
@NullMarked
package dev.messagecontact.receipts;

import org.jspecify.annotations.NullMarked;
