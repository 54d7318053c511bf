#include "lan9118.h"

#define LAN9118(offset) (*(volatile uint32_t *)(0x40200000u + (offset)))
#define RX_DATA LAN9118(0x00)
#define TX_DATA LAN9118(0x20)
#define RX_STATUS LAN9118(0x40)
#define TX_STATUS LAN9118(0x48)
#define BYTE_TEST LAN9118(0x64)
#define TX_CFG LAN9118(0x70)
#define HW_CFG LAN9118(0x74)
#define RX_FILL LAN9118(0x7C)
#define TX_FILL LAN9118(0x80)
#define MAC_COMMAND LAN9118(0xA4)
#define MAC_DATA LAN9118(0xA8)

#define BYTE_TEST_PATTERN 0x87654321u
#define HW_CFG_RESET (1u << 0)
#define HW_CFG_SETUP (1u << 20 | 5u << 16) /* a bit that must be set; 5 kB for sending */
#define TX_CFG_ON (1u << 1)
#define MAC_BUSY (1u << 31)
#define MAC_CONTROL 1u
#define MAC_ADDRESS_HIGH 2u
#define MAC_ADDRESS_LOW 3u
#define MAC_RX_ON (1u << 2)
#define MAC_TX_ON (1u << 3)
#define MAC_FULL_DUPLEX (1u << 20)
#define MAC_ALL_MULTICAST (1u << 19)
#define TX_WHOLE_FRAME (3u << 12)
#define TX_HEAD_SIZE 8u
#define RX_FAULTY (1u << 15)
#define CHECKSUM_SIZE 4u
#define TRIES 100000

static void write_mac(uint32_t index, uint32_t value)
{
    while (MAC_COMMAND & MAC_BUSY) {
    }
    MAC_DATA = value;
    MAC_COMMAND = MAC_BUSY | index;
}

static int reset(void)
{
    int tries = TRIES;

    if (BYTE_TEST != BYTE_TEST_PATTERN) {
        return -1;
    }
    HW_CFG = HW_CFG_RESET;
    while ((HW_CFG & HW_CFG_RESET) && tries > 0) {
        tries--;
    }
    return tries > 0 ? 0 : -1;
}

int lan9118_open(const uint8_t mac[6])
{
    if (reset() != 0) {
        return -1;
    }
    HW_CFG = HW_CFG_SETUP;
    write_mac(MAC_ADDRESS_LOW, (uint32_t)mac[0] | (uint32_t)mac[1] << 8 | (uint32_t)mac[2] << 16 |
                                   (uint32_t)mac[3] << 24);
    write_mac(MAC_ADDRESS_HIGH, (uint32_t)mac[4] | (uint32_t)mac[5] << 8);
    TX_CFG = TX_CFG_ON;
    write_mac(MAC_CONTROL, MAC_RX_ON | MAC_TX_ON | MAC_FULL_DUPLEX | MAC_ALL_MULTICAST);
    return 0;
}

uint32_t lan9118_receive(uint32_t frame[(LAN9118_FRAME_MAX + 3) / 4])
{
    uint32_t status, length, words, i;
    int wanted;

    if ((RX_FILL >> 16 & 0xFF) == 0) {
        return 0;
    }
    status = RX_STATUS;
    length = status >> 16 & 0x3FFF;
    words = (length + 3) / 4;
    wanted = !(status & RX_FAULTY) && length > CHECKSUM_SIZE &&
             length - CHECKSUM_SIZE <= LAN9118_FRAME_MAX;
    for (i = 0; i < words; i++) {
        uint32_t word = RX_DATA;

        if (wanted && i < (LAN9118_FRAME_MAX + 3) / 4) {
            frame[i] = word;
        }
    }
    return wanted ? length - CHECKSUM_SIZE : 0;
}

int lan9118_send(const uint32_t *frame, uint32_t length)
{
    uint32_t i;

    /* Nobody asks how a frame fared, but the list must not fill up. */
    while (TX_FILL >> 16 & 0xFF) {
        (void)TX_STATUS;
    }
    if (length > LAN9118_FRAME_MAX || (TX_FILL & 0xFFFF) < length + 3 + TX_HEAD_SIZE) {
        return -1;
    }
    TX_DATA = TX_WHOLE_FRAME | length;
    TX_DATA = length;
    for (i = 0; i < (length + 3) / 4; i++) {
        TX_DATA = frame[i];
    }
    return 0;
}
