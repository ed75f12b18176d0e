"""What the journey through the whole product is made of: papers, and people at their browsers."""
