package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One look at the certificates a server presents. Nothing is trusted and nothing is sent beyond the handshake, so it uses the
 * Java runtime's own TLS and leaves the engine of the tunnels without a mode that accepts anybody.
 */
final class CertificateLook {
    private CertificateLook() {}

    /**
     * Connects, notes the chain and closes.
     *
     * @param limit for the connect, and again for each wait for an answer
     * @return the chain as presented, the server's own certificate first
     * @throws OperatorException if there is no server, or it presents no chain
     */
    static List<X509Certificate> at(Address.Tcp server, Duration limit) throws OperatorException {
        InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
        if (address.isUnresolved()) {
            throw new OperatorException(server.toString(), "the name " + server.host() + " does not resolve");
        }
        Recorder recorder = new Recorder();
        int millis = Math.toIntExact(limit.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            handshake(socket, server, recorder);
        } catch (IOException e) {
            // A server that wants a client certificate ends the handshake too, but by then it has shown its own.
            if (recorder.chain.isEmpty()) {
                throw new OperatorException(server.toString(), explain(e, limit));
            }
        }
        return recorder.chain;
    }

    private static void handshake(Socket socket, Address.Tcp server, Recorder recorder) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {recorder}, null);
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, server.host(), server.port(), true);
            if (isName(server.host())) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(server.host())));
                tls.setSSLParameters(parameters);
            }
            tls.startHandshake();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }

    /** RFC 6066 §3: an SNI is a DNS name, never an address. */
    private static boolean isName(String host) {
        return !host.contains(":") && !host.matches("[\\d.]+") && host.matches("[A-Za-z0-9._-]+");
    }

    private static String explain(IOException e, Duration limit) {
        if (e instanceof SocketTimeoutException) {
            return "no answer within " + limit.toSeconds()
                    + " s; is it a TLS server, and does a firewall let us through?";
        }
        if (e instanceof ConnectException) {
            return "cannot connect: " + e.getMessage();
        }
        if (e instanceof SSLException) {
            return "the answer is not a TLS handshake with a certificate: " + e.getMessage();
        }
        return "the connection ended before a certificate was presented: " + e.getMessage();
    }

    /** Accepts every server, because nothing is ever said to it. */
    private static final class Recorder extends X509ExtendedTrustManager {
        private List<X509Certificate> chain = List.of();

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType, Socket socket) {
            chain = List.of(presented);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType, SSLEngine engine) {
            chain = List.of(presented);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType) {
            chain = List.of(presented);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
