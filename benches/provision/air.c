#include "air.h"

#include <string.h>

#define HEADER_LEN 24
/* Behind the header of a datagram with AES, that of the cipher, LLC, IPv4, UDP and the check. */
#define AES_OVERHEAD 52
/* Far behind the first ones. */
#define OWN_AP 63

static const unsigned char BROADCAST[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const unsigned char PHONE[6] = {0xcc, 0xfa, 0x00, 0xc8, 0xcf, 0xd2};
static const unsigned char LAPTOP[6] = {0x3c, 0x22, 0xfb, 0x01, 0x02, 0x03};
static const unsigned char MULTICAST[6] = {0x01, 0x00, 0x5e, 0x00, 0x25, 0xc7};
static const unsigned char *const MDNS = (const unsigned char *)"\x01\x00\x5e\x00\x00\xfb";

static void bssid_of(unsigned char bssid[6], unsigned number)
{
    static const unsigned char FIRST[6] = {0xd8, 0xfe, 0xe3, 0x11, 0x22, 0x00};
    memcpy(bssid, FIRST, 6);
    bssid[5] = (unsigned char)number;
}

static void begin(frame_t *frame, unsigned char kind, unsigned char flags)
{
    memset(frame->bytes, 0, sizeof(frame->bytes));
    frame->bytes[0] = kind;
    frame->bytes[1] = flags;
    frame->length = HEADER_LEN;
}

static void addresses(frame_t *frame, const unsigned char *first, const unsigned char *second,
                      const unsigned char *third)
{
    memcpy(frame->bytes + 4, first, 6);
    memcpy(frame->bytes + 10, second, 6);
    memcpy(frame->bytes + 16, third, 6);
}

static void append(frame_t *frame, const void *bytes, unsigned length)
{
    memcpy(frame->bytes + frame->length, bytes, length);
    frame->length += length;
}

/* As long as those of today's access points. */
void air_beacon(frame_t *frame, unsigned number)
{
    static const unsigned char FIXED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0x64, 0, 0x11, 0x04};
    static const unsigned char ELEMENTS[] =
        "\x01\x08\x82\x84\x8b\x96\x0c\x12\x18\x24\x03\x01\x06\x05\x04\x00\x01\x00\x00"
        "\x30\x14\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x02\x00\x00";
    static const unsigned char HT[] = {45, 26, 61, 22, 127, 8, 221, 24, 221, 30};
    unsigned char ssid[] = "\x00\x0dlinkkit-lab-A";
    unsigned char bssid[6];
    unsigned i;

    bssid_of(bssid, number);
    ssid[14] = (unsigned char)('A' + number);
    begin(frame, 0x80, 0);
    addresses(frame, BROADCAST, bssid, bssid);
    append(frame, FIXED, sizeof(FIXED));
    append(frame, ssid, 15);
    append(frame, ELEMENTS, sizeof(ELEMENTS) - 1);
    for (i = 0; i < sizeof(HT); i += 2) {
        append(frame, HT + i, 2);
        frame->bytes[frame->length] = 6;
        frame->length += HT[i + 1];
    }
}

static void data_to(frame_t *frame, unsigned char flags, const unsigned char *source,
                    const unsigned char *destination, unsigned body)
{
    unsigned char bssid[6];

    bssid_of(bssid, OWN_AP);
    begin(frame, 0x08, flags);
    if ((flags & 0x01) != 0) {
        addresses(frame, bssid, source, destination);
    } else {
        addresses(frame, destination, bssid, source);
    }
    frame->length += body;
}

/* Clear to send, with checksum: the longest control frames are like it. */
static void make_control(frame_t *frame)
{
    begin(frame, 0xd4, 0);
    frame->length = 14;
}

static void make_known_beacon(frame_t *frame)
{
    air_beacon(frame, OWN_AP - 1);
}

static void make_unicast(frame_t *frame)
{
    data_to(frame, 0x41, LAPTOP, PHONE, 1400);
}

static void make_qos_unicast(frame_t *frame)
{
    data_to(frame, 0x42, LAPTOP, PHONE, 200);
    frame->bytes[0] = 0x88;
}

/* An ARP request with AES, through the access point. */
static void make_broadcast(frame_t *frame)
{
    data_to(frame, 0x42, LAPTOP, BROADCAST, 52);
}

static void make_multicast(frame_t *frame)
{
    data_to(frame, 0x42, LAPTOP, MDNS, AES_OVERHEAD + 120);
}

static void make_probe_request(frame_t *frame)
{
    static const unsigned char ELEMENTS[] =
        "\x00\x00\x01\x04\x02\x04\x0b\x16\x32\x08\x0c\x12\x18\x24\x30\x48\x60\x6c\x03\x01\x06"
        "\xdd\x07\x00\x50\xf2\x08\x00\x10\x00";

    begin(frame, 0x40, 0);
    addresses(frame, BROADCAST, LAPTOP, BROADCAST);
    append(frame, ELEMENTS, sizeof(ELEMENTS) - 1);
}

/* The start of a message by lengths. */
static void make_smartconfig_start(frame_t *frame)
{
    data_to(frame, 0x41, PHONE, BROADCAST, AES_OVERHEAD + 0x4e0);
}

static void make_smartconfig_symbol(frame_t *frame)
{
    data_to(frame, 0x41, PHONE, BROADCAST, AES_OVERHEAD + 0x11c);
}

/* The first two bytes of a message in addresses. */
static void make_mcast(frame_t *frame)
{
    data_to(frame, 0x41, PHONE, MULTICAST, AES_OVERHEAD + 1);
}

/* A message with a wrong sum. */
static void make_wps(frame_t *frame)
{
    static const unsigned char ELEMENTS[] =
        "\x00\x07"
        "DIRECT-\x01\x08\x8c\x12\x98\x24\xb0\x48\x60\x6c\xdd\x26\x00\x50\xf2\x04\x10\x4a\x00\x01"
        "\x10\x10\x11\x00\x19\x2b\x02\x48\x6d\x0a\x0a\x48\x7e\x0f\x02\x30\x42\x50\x76\x55\x0d\x3f"
        "\x12\x53\x3f\x67\xc0\x80\x12\x30";

    begin(frame, 0x40, 0);
    addresses(frame, BROADCAST, PHONE, BROADCAST);
    append(frame, ELEMENTS, sizeof(ELEMENTS) - 1);
}

/* For another device. */
static void make_registrar(frame_t *frame)
{
    static const unsigned char ELEMENTS[] =
        "\x00\x00\xdd\x35\xd8\x96\xe0\xab\x01\x14\xb0\xc8\xfa\xc2\xb7\xbf\x04\xe2\x30\x10\x6a\x17"
        "\x9d\x54\x55\xc4\xec\x73\xb0\x4e\x01\x08"
        "ipc_demo"
        "\x0a\xb9\xd0\x31\xc6\xd6\x19\x6c\x53\xb7\x7a\x40\x31\x3c\x05\xb1\x89";

    begin(frame, 0x40, 0);
    addresses(frame, BROADCAST, LAPTOP, BROADCAST);
    append(frame, ELEMENTS, sizeof(ELEMENTS) - 1);
}

static void make_own_beacon(frame_t *frame)
{
    air_beacon(frame, OWN_AP);
}

const air_kind_t air_others[AIR_OTHERS + 1] = {
    {"control", make_control},
    {"unicast", make_unicast},
    {"qos_unicast", make_qos_unicast},
    {"broadcast", make_broadcast},
    {"multicast", make_multicast},
    {"probe_request", make_probe_request},
    {"known_beacon", make_known_beacon},
    /* Of the access point that the phone is on. */
    {"own_beacon", make_own_beacon},
    {NULL, NULL},
};

const air_kind_t air_of_phones[] = {
    {"wps", make_wps},
    {"registrar", make_registrar},
    {"mcast", make_mcast},
    {"smartconfig_symbol", make_smartconfig_symbol},
    {"smartconfig_start", make_smartconfig_start},
    {NULL, NULL},
};
