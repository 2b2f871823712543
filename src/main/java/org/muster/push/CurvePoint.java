package org.muster.push;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;

/** A point of the curve P-256: a public key. */
record CurvePoint(BigInteger x, BigInteger y) {
    static final ECParameterSpec P256 = Curve.P_256.toECParameterSpec();

    /** The number of bytes of an uncompressed point. */
    static final int SIZE = 65;

    private static final byte UNCOMPRESSED = 4;
    private static final int COORDINATE_SIZE = 32;
    private static final BigInteger PRIME = ((ECFieldFp) P256.getCurve().getField()).getP();
    private static final BigInteger THREE = BigInteger.valueOf(3);

    /** The public key of a private one. */
    static CurvePoint ofPrivateKey(BigInteger key) {
        var base = new CurvePoint(
                P256.getGenerator().getAffineX(), P256.getGenerator().getAffineY());
        var product = base;
        for (var bit = key.bitLength() - 2; bit >= 0; bit--) {
            product = product.plus(product);
            product = key.testBit(bit) ? product.plus(base) : product;
        }
        return product;
    }

    /** Empty unless the bytes are an uncompressed point of the curve. */
    static Optional<CurvePoint> of(byte[] bytes) {
        if (bytes.length != SIZE || bytes[0] != UNCOMPRESSED) {
            return Optional.empty();
        }
        var point = new CurvePoint(
                new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + COORDINATE_SIZE)),
                new BigInteger(1, Arrays.copyOfRange(bytes, 1 + COORDINATE_SIZE, SIZE)));
        return Optional.of(point).filter(CurvePoint::isOnCurve);
    }

    static CurvePoint of(ECPublicKey key) {
        return new CurvePoint(key.getW().getAffineX(), key.getW().getAffineY());
    }

    private boolean isOnCurve() {
        var right = x.pow(2)
                .add(P256.getCurve().getA())
                .multiply(x)
                .add(P256.getCurve().getB());
        return x.compareTo(PRIME) < 0
                && y.compareTo(PRIME) < 0
                && y.pow(2).subtract(right).mod(PRIME).signum() == 0;
    }

    /** The sum with a point that is this one, or has another x. */
    private CurvePoint plus(CurvePoint other) {
        var slope = equals(other)
                ? x.pow(2)
                        .multiply(THREE)
                        .add(P256.getCurve().getA())
                        .multiply(y.shiftLeft(1).modInverse(PRIME))
                : other.y.subtract(y).multiply(other.x.subtract(x).modInverse(PRIME));
        var sum = slope.pow(2).subtract(x).subtract(other.x).mod(PRIME);
        return new CurvePoint(sum, slope.multiply(x.subtract(sum)).subtract(y).mod(PRIME));
    }

    ECPublicKey key() {
        try {
            return (ECPublicKey)
                    KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), P256));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Uncompressed. */
    byte[] bytes() {
        return ByteBuffer.allocate(SIZE)
                .put(UNCOMPRESSED)
                .put(coordinate(x).decode())
                .put(coordinate(y).decode())
                .array();
    }

    private static Base64URL coordinate(BigInteger number) {
        return ECKey.encodeCoordinate(P256.getCurve().getField().getFieldSize(), number);
    }
}
