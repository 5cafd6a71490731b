/**
 * Commands in a file as a person or a program writes them. Hides how files are packed, where a line ends and how much of it is
 * held in memory. It may not know what becomes of a line.
 */
@NullMarked
package dev.messagecontact.cli.input;

import org.jspecify.annotations.NullMarked;
