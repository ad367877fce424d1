package io.ferrule.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** A wire for one connection that cuts what passes towards the server into pieces of random size, and can damage it. */
final class DrippingWire implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final AtomicBoolean flip = new AtomicBoolean();
    private final Random random;
    private final int target;

    DrippingWire(int target, long seed) throws IOException {
        this.target = target;
        this.random = new Random(seed);
        Thread wire = new Thread(this::run, "wire");
        wire.setDaemon(true);
        wire.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Damages one bit of what passes next, behind its first record header. */
    void flipNext() {
        flip.set(true);
    }

    private void run() {
        try (Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
            far.setTcpNoDelay(true);
            Thread back = new Thread(() -> copy(far, near, false), "wire-back");
            back.setDaemon(true);
            back.start();
            copy(near, far, true);
            back.join();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void copy(Socket from, Socket to, boolean drip) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (drip && n > 8 && flip.compareAndSet(true, false)) {
                    buffer[7] ^= 1;
                }
                for (int at = 0; at < n; ) {
                    int piece = drip ? Math.min(n - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 20_000)) : n;
                    out.write(buffer, at, piece);
                    at += piece;
                }
            }
            to.shutdownOutput();
        } catch (IOException closed) {
            // the test closes a side when it has seen enough
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
