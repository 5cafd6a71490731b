/**
 * The command line around the commands: what all of them take, how one is found and run, how its failure becomes a line and an exit
 * code. Commands see where they print and how they refuse; the library that reads the arguments is set up here only. It may
 * not know a command of its own but help and completion.
 */
@NullMarked
package dev.messagecontact.cli.line;

import org.jspecify.annotations.NullMarked;
