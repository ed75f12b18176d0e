"""What the journey through the whole product is made of: papers, people at their browsers, a season's work."""
