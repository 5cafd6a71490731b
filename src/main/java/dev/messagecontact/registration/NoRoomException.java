package dev.messagecontact.registration;

/** More requests of a batch must wait than there is room for, and none was to be turned away yet: nothing is settled. */
public final class NoRoomException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoRoomException() {
        super("more commands wait for locked directories than have room");
    }
}
