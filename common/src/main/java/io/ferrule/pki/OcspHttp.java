package io.ferrule.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One question to one responder over HTTP/1.0 (RFC 6960 appendix A), under one deadline. The runtime's own client has no deadline
 * for an exchange, keeps connections and a thread, and follows where it is sent; here a socket is asked for so little that it is
 * simpler. Only the search for the host's addresses is left to the system's own limits.
 */
final class OcspHttp {
    private static final int HTTP_PORT = 80;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b.*");
    private static final Pattern TYPE = Pattern.compile("(?im)^content-type:\\s*([^;\\s]*)");
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d{1,9})\\s*$");
    private static final Pattern CODING = Pattern.compile("(?im)^transfer-encoding:");

    private final long deadline;

    private OcspHttp(long deadline) {
        this.deadline = deadline;
    }

    /** True for {@code http://HOST[:PORT][/PATH]}. Answers are signed; with https their transport would need an answer first. */
    static boolean speaks(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme())
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getPort() != 0
                && uri.toString().length() <= 1024
                && uri.toString().chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /**
     * Posts a request and returns the response. Blocks.
     *
     * @throws IOException with a sentence for the operator
     */
    static byte[] post(URI responder, byte[] request, Duration limit) throws IOException {
        try {
            return new OcspHttp(System.nanoTime() + limit.toNanos()).exchange(responder, request);
        } catch (SocketTimeoutException e) {
            throw new IOException(responder + " did not answer in time", e);
        } catch (UnknownHostException e) {
            throw new IOException("the host of " + responder + " has no address", e);
        } catch (Refusal e) {
            throw new IOException(responder + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(responder + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    private byte[] exchange(URI responder, byte[] request) throws IOException {
        if (!speaks(responder)) {
            throw new Refusal("is no URL of the form http://HOST:PORT/PATH");
        }
        try (Socket socket = connect(responder)) {
            socket.getOutputStream().write(message(responder, request));
            return answer(socket);
        }
    }

    private Socket connect(URI responder) throws IOException {
        IOException failure = new UnknownHostException(responder.getHost());
        int port = responder.getPort() < 0 ? HTTP_PORT : responder.getPort();
        for (InetAddress address : InetAddress.getAllByName(responder.getHost())) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), millisLeft());
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }

    private static byte[] message(URI responder, byte[] request) {
        String path = responder.getRawPath() == null || responder.getRawPath().isEmpty() ? "/" : responder.getRawPath();
        String query = responder.getRawQuery() == null ? "" : "?" + responder.getRawQuery();
        String port = responder.getPort() < 0 ? "" : ":" + responder.getPort();
        String head = "POST " + path + query + " HTTP/1.0\r\nHost: " + responder.getHost() + port
                + "\r\nContent-Type: application/ocsp-request\r\nAccept: application/ocsp-response\r\nContent-Length: "
                + request.length + "\r\nConnection: close\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(start, start.length + request.length);
        System.arraycopy(request, 0, whole, start.length, request.length);
        return whole;
    }

    private byte[] answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        int bodyAt = -1;
        int end = Integer.MAX_VALUE;
        while (received.size() < end) {
            socket.setSoTimeout(millisLeft());
            int count = in.read(buffer);
            if (count < 0) {
                break;
            }
            received.write(buffer, 0, count);
            if (bodyAt < 0) {
                String text = received.toString(StandardCharsets.ISO_8859_1);
                bodyAt = text.indexOf("\r\n\r\n") + 4;
                if (bodyAt >= 4) {
                    end = bodyAt + length(text.substring(0, bodyAt));
                } else {
                    bodyAt = -1;
                    check(received.size() <= MAX_HEADERS, "answers with endless headers");
                }
            }
            check(bodyAt < 0 || received.size() - bodyAt <= OcspResponse.MAX_BYTES, "answers with too much");
        }
        check(bodyAt >= 0 && (end == Integer.MAX_VALUE || received.size() >= end), "ended in the middle of its answer");
        return Arrays.copyOfRange(received.toByteArray(), bodyAt, Math.min(end, received.size()));
    }

    /** How long the body is, once the head has been found to be right. */
    private static int length(String head) throws IOException {
        Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
        check(status.matches(), "does not speak HTTP");
        check(status.group(1).equals("200"), "answers with HTTP status " + status.group(1));
        Matcher type = TYPE.matcher(head);
        check(
                type.find() && type.group(1).toLowerCase(Locale.ROOT).equals("application/ocsp-response"),
                "answers with something else than application/ocsp-response");
        check(!CODING.matcher(head).find(), "answers in a transfer coding, which HTTP/1.0 does not have");
        Matcher length = LENGTH.matcher(head);
        if (!length.find()) {
            return Integer.MAX_VALUE - head.length();
        }
        check(Integer.parseInt(length.group(1)) <= OcspResponse.MAX_BYTES, "answers with too much");
        return Integer.parseInt(length.group(1));
    }

    private static void check(boolean right, String otherwise) throws Refusal {
        if (!right) {
            throw new Refusal(otherwise);
        }
    }

    /** At least one, since zero would be for ever. */
    private int millisLeft() throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("the time is over");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}
